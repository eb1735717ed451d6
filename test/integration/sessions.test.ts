import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClickHouseClient } from '@clickhouse/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from './eventually.js';
import { answer, clickhouseWriter, Loop, rowsOf } from './loop.js';

let clickhouse: ClickHouseClient;
beforeAll(async () => {
  clickhouse = await clickhouseWriter();
});
afterAll(() => clickhouse.close());

const folder = mkdtempSync(join(tmpdir(), 'pipe-sessions-'));

function sessionPipeline(name: string, gap: string, partitions: number): string {
  const file = join(folder, `${name}.yaml`);
  writeFileSync(
    file,
    `
pipeline: ${name}
version: 1
topic: { partitions: ${partitions}, key: visitor }
event:
  id: id
  time: at
  fields:
    id: string
    at: timestamp
    visitor: { type: string, generate: { cardinality: 20 } }
    page: { type: string, values: [home, cart, pay] }
    spent: { type: decimal, scale: 2, min: 0, max: 60 }
time: { out_of_orderness: 500, allowed_lateness: 20s, max_future_skew: 1m, idle_timeout: 1s }
deduplicate: { horizon: 1m }
windows:
  visits:
    session: ${gap}
    by: [visitor]
    aggregates:
      events: count()
      spent: sum(spent)
      pages: count_distinct(page)
      last_page: last(page)
`,
  );
  return file;
}

const noon = Date.UTC(2026, 2, 1, 12);
let files = 0;
let ids = 0;

/** Sends events of a visitor at so many seconds after noon. */
async function send(loop: Loop, visits: Record<string, readonly number[]>): Promise<void> {
  const lines = Object.entries(visits).flatMap(([visitor, seconds]) =>
    seconds.map((second) =>
      JSON.stringify({ id: `e${ids++}`, at: noon + second * 1000, visitor, page: 'home', spent: 1.5 }),
    ),
  );
  const file = join(folder, `${files++}.ndjson`);
  writeFileSync(file, `${lines.join('\n')}\n`);
  answer(await loop.run('ingest', file));
}

interface Visit {
  visitor: string;
  from: number;
  to: number;
  events: number;
  provisional: boolean;
}

/** What the view shows, in seconds after noon. */
function visitsOf(name: string): Promise<Visit[]> {
  return rowsOf(
    clickhouse,
    `SELECT visitor, (toUnixTimestamp64Milli(window_start) - ${noon}) / 1000 AS from, (toUnixTimestamp64Milli(window_end) - ${noon}) / 1000 AS to,
      events, _provisional AS provisional FROM ${name}_visits ORDER BY visitor, from`,
  );
}

const right = { ok: true, missing: 0, extra: 0, windows: { wrong: 0, unchecked: 0 }, accuracy: 100 };

describe('sessions', () => {
  const name = 'joined';
  const loop = new Loop(sessionPipeline(name, '2s', 1));

  it('are stored by their end, and joined by a later run: what another one swallows is gone', async () => {
    await send(loop, { ann: [0, 4], bob: [10] });
    await loop.catchUp();
    expect(await visitsOf(name)).toEqual([
      { visitor: 'ann', from: 0, to: 2, events: 1, provisional: false },
      { visitor: 'ann', from: 4, to: 6, events: 1, provisional: false },
      { visitor: 'bob', from: 10, to: 12, events: 1, provisional: true },
    ]);
    expect(await loop.verify()).toMatchObject(right);

    // 2 is exactly a gap after 0; 1 is not, and 2.5 reaches 4. Bob's was provisional and begins earlier now.
    await send(loop, { ann: [2, 1, 2.5], bob: [9] });
    await loop.catchUp();
    expect(await visitsOf(name)).toEqual([
      { visitor: 'ann', from: 0, to: 6, events: 5, provisional: false },
      { visitor: 'bob', from: 9, to: 12, events: 2, provisional: true },
    ]);
    expect(await loop.verify()).toMatchObject(right);
    const deleted = `SELECT DISTINCT visitor, (toUnixTimestamp64Milli(window_start) - ${noon}) / 1000 AS from FROM ${name}_visits_rows WHERE _deleted ORDER BY from`;
    expect(await rowsOf(clickhouse, deleted)).toEqual([
      { visitor: 'ann', from: 4 },
      { visitor: 'bob', from: 10 },
    ]);
  });

  it('are joined right by an engine that takes over from one that was killed', async () => {
    await send(loop, { cy: [20, 24] });
    const engine = loop.start('process');
    await engine.begun;
    await send(loop, { dan: [30] });
    await eventually(
      'both of cy are stored as final',
      async () =>
        (await visitsOf(name)).filter(({ visitor, provisional }) => visitor === 'cy' && !provisional).length === 2,
    );
    await engine.end('SIGKILL');
    await send(loop, { cy: [21.5, 22.5] });
    await loop.catchUp();
    expect((await visitsOf(name)).filter(({ visitor }) => visitor === 'cy')).toEqual([
      { visitor: 'cy', from: 20, to: 26, events: 4, provisional: false },
    ]);
    expect(await loop.verify()).toMatchObject(right);
  });
});

interface Raw {
  visitor: string;
  at: number;
  cents: number;
  page: string;
}

it('equal those found by going through the raw rows, after two runs with a kill in the second', async () => {
  const name = 'visited';
  const gap = 150;
  const loop = new Loop(sessionPipeline(name, `${gap}ms`, 3));
  const distorted = ['--late', '0.05:1s..9s', '--repeat', '0.03', '--corrupt', '0.01'];
  await loop.generate('--rate', '400', '--count', '1200', '--seed', '5', ...distorted);
  await loop.catchUp();
  expect(await loop.verify()).toMatchObject(right);
  const engine = loop.start('process');
  await engine.begun;
  await loop.generate('--rate', '400', '--count', '1200', '--seed', '6', ...distorted);
  await engine.end('SIGKILL');
  await loop.catchUp();
  expect(await loop.verify()).toMatchObject(right);

  const raw = await rowsOf<Raw>(
    clickhouse,
    `SELECT visitor, toUnixTimestamp64Milli(at) AS at, toInt64(spent * 100) AS cents, page FROM ${name}_events ORDER BY visitor, at, _partition, _offset`,
  );
  const sessions: Raw[][] = [];
  for (const event of raw) {
    const before = sessions.at(-1)?.at(-1);
    const goesOn = before?.visitor === event.visitor && event.at - before.at < gap;
    if (goesOn) sessions.at(-1)!.push(event);
    else sessions.push([event]);
  }
  const expected = sessions.map((events) => ({
    visitor: events[0]!.visitor,
    start: events[0]!.at,
    end: events.at(-1)!.at + gap,
    events: events.length,
    cents: events.reduce((sum, { cents }) => sum + cents, 0),
    pages: new Set(events.map(({ page }) => page)).size,
    last: events.at(-1)!.page,
  }));
  const stored = await rowsOf(
    clickhouse,
    `SELECT visitor, toUnixTimestamp64Milli(window_start) AS start, toUnixTimestamp64Milli(window_end) AS end, events,
       toInt64(spent * 100) AS cents, pages, last_page AS last FROM ${name}_visits ORDER BY visitor, start`,
  );
  expect(stored).toEqual(expected);
  expect(sessions.some(({ length }) => length > 2)).toBe(true);
  expect(sessions.length).toBeGreaterThan(200);
});

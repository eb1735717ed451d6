import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, inject, it } from 'vitest';
import type { VerifyReport } from '../../src/core/verify/report.js';
import { answer } from './loop.js';
import { pipe } from './pipe.js';

const folder = mkdtempSync(join(tmpdir(), 'pipe-readme-'));
afterAll(() => rmSync(folder, { recursive: true }));

const own = 'parcels.pipeline.yaml';

/** A command as it is typed in the folder of the file. */
async function typed<T>(command: string, exit = 0): Promise<T> {
  const ran = await pipe([...command.split(' '), '--json', '--home', inject('home')], { cwd: folder });
  return answer<T>(ran, exit);
}

/** An hour ago, on the minute: the file keeps raw rows for 30 days. */
const begin = Math.floor(Date.now() / 60_000 - 60) * 60_000;

/** 300 scans in three minutes: depot d1 to d5 in turn, of which the metadata know four. */
const scans = Array.from({ length: 300 }, (_, index) => ({
  scan_id: `s${index}`,
  scanned_at: begin + index * 600,
  depot_id: `d${(index % 5) + 1}`,
  parcel_id: `p${index % 40}`,
  status: ['received', 'sorted', 'loaded', 'damaged'][index % 4]!,
  weight_kg: 0.5 + (index % 30),
  postage: 1.05 * (1 + (index % 10)),
}));

function postage(cents: number): string {
  return (cents / 100).toFixed(2);
}

it('goes from a new file to proven windows with nothing but the file', async () => {
  expect(await typed('init parcels')).toEqual({ file: own });
  await typed(`config lint ${own}`);
  await typed(`seed --pipeline ${own}`);

  const events = scans.map((scan, index) => ({ ...scan, postage: postage(105 * (1 + (index % 10))) }));
  const lines = events.slice(0, 150).map(({ postage: cost, ...scan }) => {
    const json = JSON.stringify(scan);
    return `${json.slice(0, -1)},"postage":${cost}}`;
  });
  // A repeat, an event without its depot, and what is no JSON.
  const broken = [
    lines[145]!,
    `{"scan_id":"x","scanned_at":${begin},"parcel_id":"p","status":"sorted","weight_kg":1,"postage":1}`,
    'nonsense',
  ];
  writeFileSync(join(folder, 'scans.ndjson'), `${[...lines, ...broken].join('\n')}\n`);
  const header = 'scan_id,scanned_at,depot_id,parcel_id,status,weight_kg,postage,belt';
  const cells = events.slice(150).map((scan, index) => {
    const time = index % 2 === 0 ? new Date(scan.scanned_at).toISOString() : scan.scanned_at;
    return [
      scan.scan_id,
      time,
      scan.depot_id,
      scan.parcel_id,
      scan.status,
      scan.weight_kg,
      scan.postage,
      index % 3 === 0 ? '' : 3,
    ];
  });
  writeFileSync(join(folder, 'scans.csv'), `${[header, ...cells.map((row) => row.join(','))].join('\n')}\n`);

  expect(await typed(`ingest scans.ndjson --pipeline ${own}`)).toMatchObject({ sent: 151, acked: 151, rejected: 2 });
  expect(await typed(`ingest scans.csv --pipeline ${own}`)).toMatchObject({ sent: 150, acked: 150, rejected: 0 });
  const processed = await typed(`process --pipeline ${own} --until-caught-up`);
  expect(processed).toMatchObject({ consumed: 301, aggregated: 300, duplicates: 1, late: 0, dead_letters: 0 });

  const known: Record<string, string> = { d1: 'Hamburg', d2: 'Leipzig', d3: 'Lyon', d4: 'Turin' };
  const totals = new Map<string | null, { scans: number; cents: number }>();
  scans.forEach((scan, index) => {
    const depot = known[scan.depot_id] ?? null;
    const total = totals.get(depot) ?? { scans: 0, cents: 0 };
    totals.set(depot, { scans: total.scans + 1, cents: total.cents + 105 * (1 + (index % 10)) });
  });
  const named = await typed<{ rows: { depot: string | null; scans: number }[] }>(
    `query --pipeline ${own} --name busiest_depots --param size=60000`,
  );
  expect(new Map(named.rows.map(({ depot, scans: found }) => [depot, Number(found)]))).toEqual(
    new Map([...totals].map(([depot, total]) => [depot, total.scans])),
  );
  writeFileSync(
    join(folder, 'view.sql'),
    'SELECT depot, sum(scans) AS scans, toString(sum(postage)) AS postage FROM parcels_throughput WHERE window_size = 10000 GROUP BY depot',
  );
  const viewed = await typed<{ rows: { depot: string | null; scans: number; postage: string }[] }>('query -f view.sql');
  for (const { depot, scans: found, postage: sum } of viewed.rows) {
    const total = totals.get(depot)!;
    expect([depot, Number(found), Number(sum)]).toEqual([depot, total.scans, total.cents / 100]);
  }
  expect(viewed.rows).toHaveLength(totals.size);

  expect(await typed(`verify --pipeline ${own}`)).toMatchObject({
    ok: true,
    produced: 301,
    stored: 300,
    duplicates: 1,
    missing: 0,
    extra: 0,
    windows: { wrong: 0, unchecked: 0 },
    accuracy: 100,
  });
});

it('rows older than the file keeps them are gone, and not missing', async () => {
  const old = scans
    .slice(0, 40)
    .map((scan) => ({ ...scan, scan_id: `old-${scan.scan_id}`, scanned_at: scan.scanned_at - 90 * 86_400_000 }));
  writeFileSync(join(folder, 'old.ndjson'), old.map((scan) => `${JSON.stringify({ ...scan, postage: 1 })}\n`).join(''));
  writeFileSync(join(folder, 'old.yaml'), readFileSync(join(folder, own), 'utf8').replaceAll('parcels', 'old_parcels'));
  await typed('seed --pipeline old.yaml');
  expect(await typed('ingest old.ndjson --pipeline old.yaml')).toMatchObject({ acked: 40 });
  expect(await typed('process --pipeline old.yaml --until-caught-up')).toMatchObject({ aggregated: 40 });
  const found = await typed<VerifyReport>('verify --pipeline old.yaml');
  expect(found).toMatchObject({ ok: true, produced: 40, missing: 0, extra: 0 });
  // 40 scans in 24 s: three windows of 10 s, one of 1m and 1h, and five that hop, of five depots each. Windows are kept longer than the raw
  // rows that ClickHouse would compute them from; the oracle has them from the topic.
  expect(found.windows).toEqual({ checked: 50, wrong: 0, unchecked: 0 });
  expect(found.recomputed).toMatchObject({ checked: 0, wrong: 0 });
  expect(found.stored + found.expired).toBe(40);
});

it('names file and line of what is wrong in it, in every command that takes it', async () => {
  const text = readFileSync(join(folder, own), 'utf8');
  const line = text.split('\n').findIndex((each) => each.startsWith('  key: parcel_id')) + 1;
  writeFileSync(join(folder, 'wrong.yaml'), text.replace('key: parcel_id', 'key: parcel'));
  for (const command of ['seed', 'process', 'ingest scans.csv']) {
    const { error } = await typed<{ error: { message: string } }>(`${command} --pipeline wrong.yaml`, 2);
    expect(error.message).toContain(`wrong.yaml:${line}: `);
  }
});

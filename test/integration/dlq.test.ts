import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { GenerateSummary } from '../../src/core/run/generate/summary.js';
import type { LetterList } from '../../src/core/run/letters/list.js';
import type { ReplaySummary } from '../../src/core/run/letters/replay.js';
import type { ShownLetters } from '../../src/core/run/letters/show.js';
import type { ProcessReport } from '../../src/core/run/process/process-report.js';
import type { VerifyReport } from '../../src/core/verify/report.js';
import { pipe } from './pipe.js';

const name = 'dlq_parcels';
const yaml = `
pipeline: ${name}
version: 1
topic: { key: parcel, partitions: 2 }
event:
  id: id
  time: at
  fields:
    id: string
    at: timestamp
    parcel: { type: string, generate: { cardinality: 50 } }
    weight: { type: decimal, scale: 2, min: 0, max: 100 }
    status: { type: string, values: [received, sorted, loaded] }
time: { out_of_orderness: 1s, allowed_lateness: 1h }
deduplicate: { horizon: 2h }
windows:
  by_status: { tumbling: [1m], by: [status], aggregates: { n: count(), heaviest: max(weight) } }
`;

interface Failure {
  error: { code: string; message: string; hint: string | null };
}

const folder = mkdtempSync(join(tmpdir(), 'pipe-dlq-'));
const file = join(folder, 'parcels.yaml');
writeFileSync(file, yaml);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function run<T>(...args: string[]): Promise<T> {
  const ran = await pipe([...args, '--pipeline', file, '--home', inject('home'), '--json']);
  expect(ran.exitCode, ran.stderr + ran.stdout).toBe(0);
  return ran.json<T>();
}
const fails = async (exit: number, ...args: string[]) => {
  const ran = await pipe([...args, '--pipeline', file, '--home', inject('home'), '--json']);
  expect(ran.exitCode, ran.stdout).toBe(exit);
  return ran.json<Failure>().error;
};
const text = async (...args: string[]) => (await pipe([...args, '--pipeline', file, '--home', inject('home')])).stdout;
const list = (...args: string[]) => run<LetterList>('dlq', 'list', ...args);
const replay = (...args: string[]) => run<ReplaySummary>('dlq', 'replay', ...args);
const processAll = () => run<ProcessReport>('process', '--until-caught-up');
const verify = () => run<VerifyReport>('verify');

describe('before the first engine', () => {
  it('there is no topic to list, show or replay', async () => {
    for (const args of [['list'], ['show', '0:1'], ['replay'], ['list', '--late']]) {
      const { code, message, hint } = await fails(3, 'dlq', ...args);
      expect(code).toBe('NO_TOPIC');
      expect(message).toMatch(/^there is no topic dlq_parcels\.(dlq|late) yet/);
      expect(hint).toContain(`pipe process --pipeline ${file}`);
    }
  });
});

describe('after a load with damaged and late events', () => {
  let generated: GenerateSummary;
  let processed: ProcessReport;
  /** Newest first. */
  let all: LetterList['letters'];
  const letterWith = (reason: string, field: string | null) =>
    all.find((letter) => letter.reason === reason && letter.field === field)!;

  beforeAll(async () => {
    generated = await run(
      ...['generate', '--count', '3000', '--rate', 'max', '--seed', '5', '--corrupt', '0.05', '--late', '0.05:3h..4h'],
    );
    processed = await processAll();
    all = (await list('--limit', '10000')).letters;
  });

  it('lists as many letters as were damaged, in both topics', async () => {
    const { total, by_reason, letters, replayed } = await list();
    expect(total).toBe(generated.injected.corrupted);
    expect(total).toBe(processed.dead_letters);
    expect(Object.values(by_reason).reduce((a, b) => a + b)).toBe(total);
    expect(by_reason.missing_field).toBeGreaterThan(0);
    expect(replayed).toBe(0);
    expect(letters).toHaveLength(20);
    const times = letters.map(({ time }) => time);
    expect(times).toEqual([...times].sort().reverse());
    expect((await list('--late', '--count')).total).toBe(processed.late);
    expect(processed.late).toBeGreaterThan(0);
  });

  it('filters by reason, partition and time, and only counts', async () => {
    const expected = all.filter(({ reason, partition }) => reason === 'missing_field' && partition === 1);
    const chosen = await list('--reason', 'missing_field', '--partition', '1', '--limit', '10000');
    expect(chosen.letters).toEqual(expected);
    expect(chosen.by_reason).toEqual({ missing_field: expected.length });
    const { time } = all[30]!;
    const since = await list('--since', time, '--count');
    expect(since.total).toBe(all.filter((letter) => letter.time >= time).length);
    expect(since.letters).toEqual([]);
  });

  it('shows a letter with its value, what was expected and the command that mends it', async () => {
    const { partition, offset } = letterWith('wrong_type', 'weight');
    const shown = (await run<ShownLetters>('dlq', 'show', `${partition}:${offset}`)).letters[0];
    expect(shown).toMatchObject({ partition, offset, reason: 'wrong_type', field: 'weight', replayed: false });
    expect(shown.expected).toMatchObject({ type: 'decimal', scale: 2, min: 0, max: 100, required: true });
    expect(shown.found).toEqual((shown.value!.json as Record<string, unknown>).weight);
    expect(typeof shown.found).not.toBe('number');
    expect(shown.headers).toMatchObject({ topic: `${name}.events`, offset: String(offset) });
    const command = `pipe dlq replay --pipeline ${file} --partition ${partition} --offset ${offset} --set weight=VALUE`;
    expect(shown.replay).toBe(command);
    expect(await text('dlq', 'show', `${partition}:${offset}`)).toContain(command);
  });

  it('shows what is no JSON as text and bytes', async () => {
    const { partition, offset } = letterWith('not_utf8', null);
    const shown = (await run<ShownLetters>('dlq', 'show', `${partition}:${offset}`)).letters[0];
    expect(shown.value!.hex).toMatch(/^ff/);
    expect(shown.value!.text).toBeUndefined();
    expect(shown.replay).toBeNull();
  });

  it.each([
    [2, 'UNKNOWN_REASON', 'did you mean "not_json"', ['list', '--reason', 'not_jsn']],
    [2, 'USAGE', 'expected 0 to 1', ['list', '--partition', '7']],
    [2, 'NO_LETTER', 'has no letter 0:999999', ['show', '0:999999']],
    [2, 'NO_LETTER', 'fits --reason too_precise', ['replay', '--reason', 'too_precise']],
    [2, 'USAGE', 'from 0 to 100, required, got "101"', ['replay', '--set', 'weight=101']],
    [2, 'USAGE', 'expected one letter', ['replay', '--set', 'id=x']],
    [2, 'USAGE', '--partition', ['replay', '--offset', '3']],
    [2, 'LATE_AGAIN', 'they would be late again', ['replay', '--late']],
  ] as const)('refuses with exit %i and %s: %s', async (exit, code, message, args) => {
    const error = await fails(exit, 'dlq', ...args);
    expect(error.message).toContain(message);
    expect(error.code).toBe(code);
  });

  it('skips all that would be dead letters again', async () => {
    const summary = await replay();
    expect(summary).toMatchObject({ run: null, selected: processed.dead_letters, eligible: 0, replayed: 0 });
    expect(summary.skipped.still_invalid).toBe(processed.dead_letters);
    expect(summary.problems).toHaveLength(10);
  });

  describe('a replay with a mended field', () => {
    const mend = ['--reason', 'wrong_type', '--set', 'weight=12.5'];
    let mended: number;
    let sent: ReplaySummary;

    beforeAll(async () => {
      mended = all.filter(({ reason, field }) => reason === 'wrong_type' && field === 'weight').length;
      const dry = await replay(...mend, '--dry-run');
      expect(dry).toMatchObject({ dry_run: true, run: null, eligible: mended, replayed: 0 });
      sent = await replay(...mend);
    });

    it('sends those that are valid by now, and each is counted in the windows', async () => {
      expect(mended).toBeGreaterThan(0);
      expect(sent).toMatchObject({ complete: true, eligible: mended, replayed: mended });
      expect(sent.skipped.still_invalid).toBe(sent.selected - mended);
      const report = await processAll();
      expect(report).toMatchObject({ consumed: mended, dead_letters: 0 });
      expect(report.aggregated + report.late).toBe(mended);
      const verified = await verify();
      expect(verified).toMatchObject({ ok: true, produced: 3000 + mended, missing: 0, extra: 0 });
      expect(verified.dead_letters).toBe(processed.dead_letters);
      expect(verified.stored).toBe(processed.aggregated + report.aggregated);
      expect((await list('--count')).replayed).toBe(mended);
    });

    it('is a no-op the second time, also after a crash that left nothing on file', async () => {
      const second = await replay(...mend);
      expect(second).toMatchObject({ run: null, replayed: 0, skipped: { replayed_before: mended } });
      const acks = join(inject('home'), 'ledger', name, sent.run!, 'acks.ndjson');
      expect(readFileSync(acks, 'utf8')).toContain('"end":"complete"');
      writeFileSync(acks, '');
      const third = await replay(...mend);
      expect(third).toMatchObject({ run: null, replayed: 0, skipped: { replayed_before: mended } });
      expect(readFileSync(acks, 'utf8')).toContain('"end":"stopped"');
      expect((await verify()).produced).toBe(3000 + mended);
    });

    it('keeps identities: sent --again, an event that was counted is a duplicate', async () => {
      const again = await replay(...mend, '--again', '--limit', '5');
      expect(again.replayed).toBe(5);
      expect(again.late).toBeLessThan(5);
      const report = await processAll();
      expect(report).toMatchObject({ consumed: 5, duplicates: 5 - again.late, late: again.late, aggregated: 0 });
      expect(await verify()).toMatchObject({ ok: true, missing: 0, extra: 0 });
    });

    it('says beforehand which events the watermark has passed; they are counted as late', async () => {
      const { partition, offset } = letterWith('missing_field', 'at');
      const one = ['--partition', String(partition), '--offset', String(offset), '--set', 'at=2020-01-01T00:00:00Z'];
      expect(await replay(...one, '--dry-run')).toMatchObject({ eligible: 1, late: 1 });
      const before = (await list('--late', '--count')).total;
      expect(await replay(...one)).toMatchObject({ replayed: 1, late: 1 });
      expect(await processAll()).toMatchObject({ consumed: 1, late: 1 });
      expect((await list('--late', '--count')).total).toBe(before + 1);
      expect(await verify()).toMatchObject({ ok: true });
    });

    it('keeps partition and key: another key is refused, the record’s own is taken', async () => {
      const { partition, offset, key } = letterWith('missing_field', 'parcel');
      const one = ['--partition', String(partition), '--offset', String(offset), '--dry-run'];
      expect(await replay(...one, '--set', 'parcel=elsewhere')).toMatchObject({
        eligible: 0,
        skipped: { other_key: 1 },
      });
      expect(await replay(...one, '--set', `parcel=${key}`)).toMatchObject({ eligible: 1 });
    });

    it('sends the invalid ones too with --force, as they came: they are dead letters of their own', async () => {
      const letter = letterWith('not_json', null);
      const one = ['--partition', String(letter.partition), '--offset', String(letter.offset), '--force'];
      expect(await replay(...one)).toMatchObject({ replayed: 1 });
      expect(await processAll()).toMatchObject({ consumed: 1, dead_letters: 1 });
      const after = await list('--reason', 'not_json', '--limit', '10000');
      expect(after.letters.filter(({ bytes, key }) => bytes === letter.bytes && key === letter.key)).toHaveLength(2);
      expect(await verify()).toMatchObject({ ok: true, dead_letters: processed.dead_letters + 1 });
      const runs = readdirSync(join(inject('home'), 'ledger', name)).filter((run) => run.startsWith('replay-'));
      expect(runs).toHaveLength(4);
    });
  });
});

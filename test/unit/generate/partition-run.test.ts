import { describe, expect, test } from 'vitest';
import { domainNames } from '../../../src/core/domain/registry.js';
import { parseEventId, runHash } from '../../../src/core/generate/event-id.js';
import { addTotals, expectedTotals, labelsOf, partitionTotals } from '../../../src/core/generate/oracle.js';
import { noTotals, type PartitionEvent, partitionEvents } from '../../../src/core/generate/partition-run.js';
import { partitionOf } from '../../../src/core/generate/partitioner.js';
import type { Plan } from '../../../src/core/pipeline/plan.js';
import { ReferenceDecoder } from '../../../src/core/process/decode/reference.js';
import { Dictionary } from '../../../src/core/process/dictionary.js';
import { type FaultReason, faultReasons } from '../../../src/core/process/verdict.js';
import { allEvents, seededMetadata, shippedWorkload, start } from '../domain/fixtures.js';

const distortions = { late: { share: 0.1, minMs: 200, maxMs: 30_000 }, repeat: 0.05, discard: 0.03, corrupt: 0.02 };

describe.each(domainNames)('%s', (name) => {
  const options = { count: 3_000, distortions, arrival: { kind: 'poisson' } } as const;
  const workload = shippedWorkload(name, options);
  const events = allEvents(workload);

  test('equal inputs make equal bytes; another seed, run, start or metadata makes others', () => {
    const lines = (change: Parameters<typeof shippedWorkload>[1]) =>
      allEvents(shippedWorkload(name, { ...options, ...change }))
        .map(bytesOf)
        .join('\n');
    const expected = events.map(bytesOf).join('\n');
    expect(lines({})).toBe(expected);
    for (const change of [{ seed: 2 }, { run: 'run-2' }, { start: start + 1 }, { metadata: seededMetadata(name, 2) }])
      expect(lines(change)).not.toBe(expected);
  });

  test('distortions are laid over the same events: without them the values are alike', () => {
    const plain = shippedWorkload(name, { count: 3_000, arrival: { kind: 'poisson' } });
    const undistorted = new Map(allEvents(plain).map((event) => [`${event.partition}/${event.sequence}`, event]));
    for (const event of events) {
      const twin = undistorted.get(`${event.partition}/${event.sequence}`)!;
      const restored = [...event.values];
      restored[workload.plan.time] = (restored[workload.plan.time] as number) + event.lateBy;
      expect(restored).toEqual(twin.values);
    }
  });

  test('ordinals have no gaps, times never go back, ids map back to partition and sequence, keys to the partition', () => {
    const { plan } = workload;
    const next = plan.fields.slice(0, plan.partitions).map(() => 0);
    let before: PartitionEvent | undefined;
    for (const event of events) {
      expect(event.ordinal).toBe(next[event.partition]!++);
      if (before?.partition === event.partition) expect(event.at).toBeGreaterThanOrEqual(before.at);
      expect(event.recordTime).toBe(Math.floor(event.at));
      expect(parseEventId(String(event.values[plan.id]))).toEqual({
        runHash: runHash('run-1'),
        partition: event.partition,
        sequence: event.sequence,
      });
      expect(partitionOf(event.key, plan.partitions)).toBe(event.partition);
      expect(event.values).toHaveLength(plan.eventFields);
      before = event;
    }
  });

  test('the engine finds no fault with sound values, and the one that was put in with each damaged one', () => {
    const faults = faultsOf(workload.plan, events);
    const found: Record<string, Set<FaultReason>> = {};
    for (const [index, { corruption = 'sound' }] of events.entries()) {
      found[corruption] ??= new Set();
      found[corruption].add(faults[index]!);
    }
    expect(found).toEqual({
      sound: new Set(['none']),
      truncated: new Set(['not_json']),
      wrong_type: new Set(['wrong_type']),
      missing_field: new Set(['missing_field']),
      not_json: new Set(['not_json', 'not_utf8']),
    });
  });

  test('a run that is resumed anywhere goes on with the same records', () => {
    const partition = 1;
    const whole = events.filter((event) => event.partition === partition).map(bytesOf);
    for (const ordinal of [0, 1, 17, 300, whole.length - 3, whole.length, whole.length + 10]) {
      const resumed = partitionEvents(workload, partition, ordinal);
      expect([...resumed].map(bytesOf)).toEqual(whole.slice(ordinal));
      expect(resumed.totals).toEqual(partitionTotals(workload, partition));
    }
  });

  test('rebased, what is still to come happens later and is otherwise the same; what was sent keeps its bytes', () => {
    const run = partitionEvents(workload, 1, 200);
    const twin = partitionEvents(workload, 1, 200);
    run.rebase(5_000);
    for (const expected of twin) {
      const event = run.next()!;
      expect([event.at, event.sequence, event.key]).toEqual([expected.at + 5_000, expected.sequence, expected.key]);
      const isOfBefore = event.repeat && timeOf(event) === timeOf(expected);
      expect(isOfBefore || timeOf(event) === timeOf(expected) + 5_000).toBe(true);
    }
    expect(run.next()).toBeUndefined();
  });

  test('the oracle counts what was sent, after any number of records', () => {
    const totals = workload.partitions.map(({ partition }) => {
      const run = partitionEvents(workload, partition);
      for (let i = 0; i < 300; i++) run.next();
      expect({ ...run.totals }).toEqual(partitionTotals(workload, partition, 300));
      while (run.next());
      return run.totals;
    });
    expect(totals.reduce(addTotals, noTotals)).toEqual(expectedTotals(workload));
    const { sequences, sent, repeated, discarded } = expectedTotals(workload);
    expect([sequences, sent]).toEqual([3_000, 3_000 - discarded + repeated]);
  });

  test('labels are recomputed from the seed alone', () => {
    const labels = workload.partitions.map(({ partition }) => labelsOf(workload, partition));
    const originals = events.filter((event) => !event.repeat);
    for (const event of originals) {
      const { discarded, corruption, lateBy } = labels[event.partition]!(event.sequence);
      expect({ discarded, corruption, lateBy }).toEqual({
        discarded: false,
        corruption: event.corruption,
        lateBy: event.lateBy,
      });
    }
    const repeats = events.filter((event) => event.repeat);
    expect(repeats.length).toBe(
      originals.filter(({ partition, sequence }) => labels[partition]!(sequence).repeatAfter > 0).length,
    );
  });

  test('a repeat has the bytes and the key of its original, and comes later', () => {
    const originals = new Map<string, PartitionEvent>();
    for (const event of events) {
      const name = `${event.partition}/${event.sequence}`;
      const original = originals.get(name);
      expect(event.repeat).toBe(original !== undefined);
      if (!original) originals.set(name, event);
      else expect([textOfAny(event), event.key]).toEqual([textOfAny(original), original.key]);
    }
  });
});

function bytesOf(event: PartitionEvent): string {
  return `${event.partition} ${event.ordinal} ${event.at} ${event.key} ${textOfAny(event)}`;
}

/** Damaged bytes included, which may be no UTF-8. */
function textOfAny(event: PartitionEvent): string {
  return Buffer.from(event.buffer.subarray(event.start, event.end)).toString('latin1');
}

function timeOf({ values }: PartitionEvent): number {
  return values[1] as number;
}

/** What the reference decoder says of each event. */
function faultsOf(plan: Plan, events: readonly PartitionEvent[]): FaultReason[] {
  const values = events.map(({ buffer, start, end }) => buffer.subarray(start, end));
  let written = 0;
  const ends = values.map((value) => {
    written += value.length;
    return written;
  });
  const none = new Int32Array(events.length).fill(-1);
  const batch = new ReferenceDecoder(plan, new Dictionary()).decode({
    partition: 0,
    size: events.length,
    offsets: Float64Array.from(events, (_, offset) => offset),
    recordTimes: Float64Array.from(events, (event) => event.recordTime),
    records: {
      buffer: Buffer.concat(values),
      keyStarts: none,
      keyEnds: none,
      valueStarts: Int32Array.from([0, ...ends.slice(0, -1)]),
      valueEnds: Int32Array.from(ends),
    },
  });
  return [...batch.faults].map((fault) => faultReasons[fault]!);
}

import fc from 'fast-check';
import type { OracleEvent } from './oracle.js';

export const partitions = [0, 1, 2];
/** A user's events are all in one partition, as Kafka's partitioner has it. */
const partitionOf: Record<string, number> = { ann: 0, bob: 1, cy: 1, dé: 2 };

/** One event: its time drifts with its place in the stream, so that late ones, repeats and forgotten ids all occur. */
const event = fc.record({
  jitter: fc.integer({ min: -60, max: 20 }),
  id: fc.oneof(fc.integer({ min: 0, max: 8 }), fc.integer({ min: 100, max: 10_000 })),
  broken: fc.boolean().map((value) => value),
  early: fc.integer({ min: 0, max: 30 }),
  user: fc.constantFrom('ann', 'bob', 'cy', 'dé'),
  kind: fc.constantFrom('a', 'b', undefined),
  amount: fc.option(fc.integer({ min: -5, max: 9 }), { nil: undefined }),
  price: fc.option(
    fc.integer({ min: 0, max: 500 }).map((value) => value / 100),
    { nil: undefined },
  ),
  weight: fc.option(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { nil: undefined }),
  flag: fc.constantFrom(true, false, undefined),
});

export type Step =
  | { kind: 'events'; events: OracleEvent[] }
  | { kind: 'advance' | 'restart' | 'finish'; idle: number[] };

const idle = fc.oneof(
  { weight: 3, arbitrary: fc.constant([] as number[]) },
  { weight: 1, arbitrary: fc.subarray(partitions) },
);
const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.array(event, { minLength: 1, maxLength: 12 }).map((events) => ({ kind: 'events' as const, events })),
  },
  { weight: 3, arbitrary: idle.map((each) => ({ kind: 'advance' as const, idle: each })) },
  { weight: 1, arbitrary: fc.constant({ kind: 'restart' as const, idle: [] as number[] }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'finish' as const, idle: [] as number[] }) },
);

/** Gives events their place: offsets by partition, times that go on by 3 ms an event. */
export const scenario = fc.array(step, { minLength: 1, maxLength: 25 }).map((steps): Step[] => {
  const next = new Map(partitions.map((partition) => [partition, 0]));
  let clock = 0;
  return steps.map((each): Step => {
    if (each.kind !== 'events') return each;
    const events = each.events.map(({ jitter, id, early, broken, ...fields }) => {
      const partition = partitionOf[fields.user]!;
      const offset = next.get(partition)!;
      next.set(partition, offset + 1);
      clock += 3;
      const at = clock + jitter;
      // One in 30 is further ahead of its record than 50 ms, one in 20 is broken.
      const recordTime = at - (early === 0 ? 51 : 50);
      return { ...fields, partition, offset, at, id: `id-${id}`, recordTime, broken: broken && early === 1 };
    });
    return { kind: 'events', events };
  });
});

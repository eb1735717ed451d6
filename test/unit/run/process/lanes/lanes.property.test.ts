import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { WindowRows } from '../../../../../src/core/process/merger.js';
import { Oracle, type OracleEvent, type OracleWindow } from '../../../process/oracle.js';
import { partitions, scenario } from '../../../process/scenario.js';
import { identity, planOf, times } from '../../../process/support.js';
import { idleTimeoutMs, PureLanes } from './pure-lanes.js';

const plan = planOf(
  `
  spans:
    tumbling: [10, 60]
    by: [user]
    aggregates: { n: count(), total: sum(amount) }
  hops:
    hopping: [{ size: 30, advance: 10 }]
    by: [kind]
    aggregates: { n: count(), total: sum(amount) }
  visits:
    session: { gap: 15, max_duration: 100 }
    by: [user, kind]
    aggregates: { n: count(), total: sum(amount) }
`,
  times(10, 20, 40, 50),
);
const aggregates: OracleWindow['aggregates'] = {
  n: (events) => events.length,
  total: (events) => {
    const amounts = events.map(({ amount }) => amount as number | undefined).filter((amount) => amount !== undefined);
    return amounts.length === 0 ? null : amounts.reduce((a, b) => a + b, 0);
  },
};
const windows: Record<string, OracleWindow> = {
  spans: { spans: [10, 60].map((size) => ({ size, advance: size })), where: () => true, by: ['user'], aggregates },
  hops: { spans: [{ size: 30, advance: 10 }], where: () => true, by: ['kind'], aggregates },
  visits: { spans: [], session: { gap: 15, maxDuration: 100 }, where: () => true, by: ['user', 'kind'], aggregates },
};

const lane = fc.nat(2);
type Action = (lanes: PureLanes, arrive: (partition: number, events: number) => void) => void;
const begin = fc.tuple(lane, fc.constantFrom(1, 4, 50)).map(
  ([index, most]): Action =>
    (lanes) =>
      lanes.begin(index, most),
);
const judge = lane.map(
  (index): Action =>
    (lanes) =>
      lanes.judge(index),
);
const done = lane.map(
  (index): Action =>
    (lanes) =>
      lanes.done(index),
);
const plain = (...steps: ('ask' | 'answer' | 'advance' | 'checkpoint')[]) =>
  fc.constant<Action>((lanes) => {
    for (const each of steps) lanes[each]();
  });
const arrive = fc.tuple(fc.constantFrom(...partitions), fc.integer({ min: 1, max: 15 })).map(
  ([partition, count]): Action =>
    (_, come) =>
      come(partition, count),
);
const wait = fc.constantFrom(1, idleTimeoutMs, 3_000).map(
  (ms): Action =>
    (lanes) =>
      lanes.wait(ms),
);
const kill = fc.integer({ min: 1, max: 3 }).map(
  (workers): Action =>
    (lanes) =>
      lanes.kill(workers),
);
/** Steps that belong together stand together often enough, and are torn apart often enough. */
const action = fc.oneof(
  arrive,
  arrive,
  begin,
  judge,
  done,
  fc.tuple(begin, lane).map(
    ([first, index]): Action =>
      (lanes, come) => {
        first(lanes, come);
        for (const each of [index, 0, 1, 2]) {
          lanes.judge(each);
          lanes.done(each);
        }
        lanes.advance();
      },
  ),
  fc.tuple(lane, fc.constantFrom(4, 50)).map(
    ([index, most]): Action =>
      (lanes) => {
        // The others are silent, or at work.
        lanes.wait(idleTimeoutMs);
        lanes.begin(index, most);
        lanes.judge(index);
        lanes.done(index);
        lanes.advance();
      },
  ),
  wait,
  plain('ask'),
  plain('answer', 'advance'),
  plain('ask', 'answer', 'advance'),
  plain('advance'),
  fc.oneof(plain('checkpoint'), kill),
);

it('whatever the lanes, their order, silence and kills: each event has the verdict of its place, each window its rows', () => {
  const events = scenario
    .map((steps) => steps.flatMap((each) => (each.kind === 'events' ? each.events : [])))
    .filter(({ length }) => length > 20);
  const verdicts = new Set<string>();
  fc.assert(
    fc.property(
      events,
      fc.array(action, { minLength: 20, maxLength: 150 }),
      fc.integer({ min: 1, max: 3 }),
      (coming, actions, workers) => {
        const oracle = new Oracle(plan, windows, partitions);
        const known = new Map<string, string>();
        const results = new Map<string, unknown>();
        const judged = (event: OracleEvent, verdict: string, watermark: number) => {
          const place = `${event.partition}/${event.offset}`;
          if (!known.has(place)) {
            oracle.watermark = watermark;
            known.set(place, oracle.judge(event));
          }
          verdicts.add(verdict);
          expect([place, verdict]).toEqual([place, known.get(place)]);
        };
        const store = (stored: readonly WindowRows[]) => {
          for (const { window, rows } of stored)
            for (const row of rows)
              if (row.deleted) results.delete(identity(window.name, row));
              else results.set(identity(window.name, row), { end: row.end, n: row.values[0], total: row.values[1] });
        };
        const lanes = new PureLanes(plan, { judged, store }, workers);
        // Each partition comes at a pace of its own.
        const left = partitions.map((partition) => coming.filter((each) => each.partition === partition));
        const come = (partition: number, count: number) => {
          for (const event of left[partition]!.splice(0, count)) lanes.arrive(event);
        };
        for (const act of actions) act(lanes, come);
        for (const event of left.flat()) lanes.arrive(event);
        lanes.finish();
        expect(known.size).toBe(coming.length);
        const expected = [...oracle.rows()].map(([key, { end, values }]) => [key, { end, ...values }] as const);
        expect(new Map([...results].sort())).toEqual(new Map([...expected].sort()));
      },
    ),
    { numRuns: 600 },
  );
  // Also the one that needs a partition that idled.
  expect([...verdicts].sort()).toEqual(['aggregated', 'deadLetter', 'duplicate', 'late', 'lateIdle']);
}, 120_000);

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PlanDetector } from '../../../../src/core/pipeline/plan.js';
import { ReferenceDecoder } from '../../../../src/core/process/decode/reference.js';
import type { Alert, DetectorKind, Value } from '../../../../src/core/process/detect/kind.js';
import { PartitionDetectors, readDetectors } from '../../../../src/core/process/detect/partition-detectors.js';
import { detectorKinds } from '../../../../src/core/process/detect/registry.js';
import { allUnchanged } from '../../../../src/core/process/detect/saved.js';
import { detectorSource } from '../../../../src/core/process/detect/source.js';
import { Dictionary } from '../../../../src/core/process/dictionary.js';
import { ColumnExpressions } from '../../../../src/core/process/expressions.js';
import { PartitionState } from '../../../../src/core/process/partition.js';
import { StateReader } from '../../../../src/core/process/snapshot/reader.js';
import { StateWriter } from '../../../../src/core/process/snapshot/writer.js';
import { Oracle, type OracleEvent, type OracleRow, type OracleWindow } from '../oracle.js';
import { partitions, type Step, scenario } from '../scenario.js';
import { cut, Killed, Several, Single, type Subject } from '../subjects.js';
import { fetched, planOf, times } from '../support.js';
import { type NaiveObservation, naiveAlerts } from './naive.js';
import { Witness } from './witness.js';

const plan = planOf(
  `
  all:
    tumbling: [10, 60]
    by: [kind, flag]
    aggregates: { n: count(), total: sum(amount), cost: sum(price), closing: last(user) }
  hops:
    hopping: [{ size: 30, advance: 10 }]
    aggregates: { n: count() }
detect:
  every: { kind: threshold, condition: amount > 0, value: price, cooldown: 0, forget: 40 }
  cooled: { kind: threshold, condition: amount > 0, value: amount, cooldown: 12, forget: 25 }
  fast: { kind: velocity, at_least: 3, within: 20, by: [user, kind], cooldown: 5, forget: 30 }
  places: { kind: velocity, at_least: 2, within: 15, distinct: kind, by: [flag, user], where: kind == "a" || price > 1, cooldown: 0, forget: 20 }
  busy: { window: all, size: 10, kind: threshold, condition: n >= 2, value: cost, cooldown: 0, forget: 100 }
  various: { window: all, size: 60, kind: velocity, at_least: 2, within: 90, distinct: closing, where: total > 0, cooldown: 60, forget: 100 }
  full: { window: hops, kind: velocity, at_least: 3, within: 25, cooldown: 20, forget: 50, where: n > 3 }
`,
  times(10, 20, 40, 50),
);

type Fields = OracleEvent | OracleRow['values'];

/** What the file says of each detector, said again. */
const meanings: Record<string, { by: string[]; where?: (of: Fields) => boolean; inputs: (of: Fields) => unknown[] }> = {
  every: { by: ['user'], inputs: ({ amount, price }) => [above(amount, 0), price] },
  cooled: { by: ['user'], inputs: ({ amount }) => [above(amount, 0), amount] },
  fast: { by: ['user', 'kind'], inputs: () => [] },
  places: {
    by: ['flag', 'user'],
    where: ({ kind, price }) => kind === 'a' || above(price, 1) === true,
    inputs: ({ kind }) => [kind],
  },
  busy: { by: ['kind', 'flag'], inputs: ({ n, cost }) => [(n as number) >= 2, cost] },
  various: {
    by: ['kind', 'flag'],
    where: ({ total }) => above(total, 0) === true,
    inputs: ({ closing }) => [closing],
  },
  full: { by: [], where: ({ n }) => (n as number) > 3, inputs: () => [] },
};

function above(value: unknown, limit: number): boolean | null {
  return typeof value === 'number' ? value > limit : null;
}

const known = (events: readonly OracleEvent[], field: string) =>
  events.map((event) => event[field] as number | undefined).filter((value) => value !== undefined);
const sum = (values: number[]) => (values.length === 0 ? null : values.reduce((a, b) => a + b, 0));
const tumbling = [10, 60].map((size) => ({ size, advance: size }));

const windows: Record<string, OracleWindow> = {
  all: {
    spans: tumbling,
    where: () => true,
    by: ['kind', 'flag'],
    aggregates: {
      n: (events) => events.length,
      total: (events) => sum(known(events, 'amount')),
      cost: (events) => {
        const cents = sum(known(events, 'price').map((price) => Math.round(price * 100)));
        return cents === null ? null : cents / 100;
      },
      closing: (events) =>
        [...events].sort((a, b) => a.at - b.at || a.partition - b.partition || a.offset - b.offset).at(-1)!.user,
    },
  },
  hops: {
    spans: [{ size: 30, advance: 10 }],
    where: () => true,
    by: [],
    aggregates: { n: (events) => events.length },
  },
};

/** The aggregated events of a partition that were ahead of W_p when they came, and W_p now. */
function seenOf(partition: number, judged: readonly (OracleEvent & { verdict: string })[]) {
  let watermark = Number.NEGATIVE_INFINITY;
  const events = judged.filter((each) => {
    if (each.partition !== partition || !['aggregated', 'lateIdle'].includes(each.verdict)) return false;
    const ahead = each.at > watermark;
    watermark = Math.max(watermark, each.at - plan.outOfOrderness);
    return ahead && each.verdict === 'aggregated';
  });
  return { events, watermark };
}

function expectedOnEvents(detector: PlanDetector, { judged }: Oracle): Alert[] {
  const { by, where, inputs } = meanings[detector.name]!;
  return partitions.flatMap((partition) => {
    const { events, watermark } = seenOf(partition, judged);
    const observations = events
      .filter((event) => where?.(event) ?? true)
      .map((event): NaiveObservation => {
        const key = JSON.stringify(by.map((field) => event[field] ?? null));
        return { time: event.at, offset: event.offset, key, values: inputs(event).map(orNull) };
      });
    return alertsOf(detector, observations, watermark, (offset) => ({
      id: `${partition}-${offset}`,
      partition,
      offset,
    }));
  });
}

function expectedOnRows(detector: PlanDetector, oracle: Oracle, frontier: number): Alert[] {
  const { where, inputs } = meanings[detector.name]!;
  const { input } = detector;
  if (input.kind !== 'window') throw new TypeError('a detector on a window is expected');
  const observations = [...oracle.rows().values()]
    .filter(({ window, size }) => window === input.window && size === input.size)
    .filter(({ values }) => where?.(values) ?? true)
    .map(({ end, keys, values }): NaiveObservation => {
      return { time: end, offset: end, key: JSON.stringify(keys), values: inputs(values).map(orNull) };
    });
  return alertsOf(detector, observations, frontier, (end, key) => ({ id: `${end}/${key}`, partition: 0, offset: -1 }));
}

function orNull(value: unknown): Value {
  return (value ?? null) as Value;
}

function alertsOf(
  { name, kind, severity, settings, cooldown, forget }: PlanDetector,
  observations: readonly NaiveObservation[],
  frontier: number,
  placeOf: (offset: number, key: string) => { id: string; partition: number; offset: number },
): Alert[] {
  const { by } = meanings[name]!;
  const create = () => (detectorKinds[kind] as DetectorKind).create(settings);
  return naiveAlerts(observations, frontier, { cooldown, forget, create }).map((alert): Alert => {
    const { id, partition, offset } = placeOf(alert.offset, alert.key);
    const values = JSON.parse(alert.key) as Value[];
    const keys = by.map((field, index) => [field, field === 'flag' ? truthOf(values[index]!) : values[index]!]);
    return {
      id: `${name}/${id}${alert.woken ? `@${alert.time}` : ''}`,
      detector: name,
      kind,
      severity,
      keys: Object.fromEntries(keys),
      time: alert.time,
      partition,
      offset,
      evidence: alert.evidence,
    };
  });
}

/** Rows of windows have 1 and 0 for bools. */
function truthOf(value: Value): Value {
  return value === null ? null : Boolean(value);
}

const shown = (alerts: readonly Alert[]) => alerts.map((alert) => JSON.stringify(alert)).sort();

/** `repeats`: alerts may come again, in which case they must be the same. */
function check(first: Subject, steps: readonly Step[], most: number, repeats: boolean): void {
  let subject = first;
  const oracle = new Oracle(plan, windows, partitions);
  const compare = (onWindows: boolean) => {
    const kind = onWindows ? 'window' : 'events';
    const detectors = plan.detect.filter(({ input }) => input.kind === kind);
    const names = detectors.map(({ name }) => name);
    const came = shown(subject.alerts.filter(({ detector }) => names.includes(detector)));
    const frontier = subject.watermark - plan.allowedLateness + 1;
    const expected = detectors.flatMap((detector) =>
      onWindows ? expectedOnRows(detector, oracle, frontier) : expectedOnEvents(detector, oracle),
    );
    expect(repeats ? [...new Set(came)] : came).toEqual(shown(expected));
  };
  for (const each of [...steps, { kind: 'finish', idle: [] } as Step]) {
    if (each.kind === 'events') {
      for (const batch of cut(each.events, most))
        expect(subject.process(batch).join()).toBe(batch.map((one) => oracle.judge(one)).join());
    } else if (each.kind === 'restart') {
      subject = subject.restart(() => undefined);
      oracle.watermark = subject.watermark;
    } else {
      oracle.advance(each.idle);
      if (each.kind === 'finish') subject.finish();
      else subject.advance(each.idle);
      compare(true);
    }
    compare(false);
  }
}

describe('alerts are those of an oracle that goes through all events for each answer', () => {
  const anyCut = fc.constantFrom(1, 2, 5, 100);

  it('in one thread, saved and restored at any step, whatever the batches', () => {
    fc.assert(
      fc.property(scenario, anyCut, (steps, most) => check(new Single(plan), steps, most, false)),
      { numRuns: 120 },
    );
  }, 60_000);

  it('with several workers, and another number of them after each restart', () => {
    fc.assert(
      fc.property(scenario, anyCut, fc.integer({ min: 1, max: 3 }), (steps, most, workers) =>
        check(new Several(plan, workers), steps, most, false),
      ),
      { numRuns: 120 },
    );
  }, 60_000);

  it('killed at any step: what comes again is the same', () => {
    const busy = scenario.map((steps) => steps.map((each) => ('idle' in each ? { ...each, idle: [] } : each)));
    fc.assert(
      fc.property(busy, anyCut, (steps, most) => check(new Killed(plan), steps, most, true)),
      { numRuns: 120 },
    );
  }, 60_000);
});

it('are the same for every interleaving of the partitions', () => {
  const outcome = (events: readonly OracleEvent[]) => {
    const subject = new Single(plan);
    for (const each of events) subject.process([each]);
    subject.finish();
    return shown(subject.alerts);
  };
  const eventsOnly = scenario.map((steps) => steps.flatMap((each) => (each.kind === 'events' ? each.events : [])));
  fc.assert(
    fc.property(eventsOnly, fc.infiniteStream(fc.nat()), (events, draws) => {
      const queues = partitions.map((partition) => events.filter((each) => each.partition === partition));
      const shuffled: OracleEvent[] = [];
      while (shuffled.length < events.length) {
        const waiting = queues.filter((queue) => queue.length > 0);
        shuffled.push(waiting[draws.next().value! % waiting.length]!.shift()!);
      }
      expect(outcome(shuffled)).toEqual(outcome(events));
    }),
    { numRuns: 60 },
  );
}, 60_000);

/** `distinct` gives the witness its one input. */
const witnessed = planOf(
  `
  w: { tumbling: [10], aggregates: { n: count() } }
detect:
  all: { kind: velocity, at_least: 2, within: 10, distinct: amount, by: [user, kind], cooldown: 7, forget: 30 }
`,
  times(10, 20, 40, 50),
);

/** One partition's detector with a witness for each key; made anew with its state and another dictionary by `restart`. */
class Watched {
  readonly alerts: Alert[] = [];
  private readonly state = new PartitionState(witnessed, 0);
  private decoder = new ReferenceDecoder(witnessed, new Dictionary());
  private detectors = this.fresh();

  process(events: readonly OracleEvent[]): Uint8Array {
    const records = events.map(({ partition, offset, recordTime, broken, ...value }) => ({
      ...{ partition, offset, recordTime },
      value: broken ? '{' : value,
    }));
    const batch = this.decoder.decode(fetched(records));
    const verdicts = new Uint8Array(batch.size);
    const before = this.state.watermark;
    const freed = { limit: Number.NEGATIVE_INFINITY, earliestEnd: () => Number.POSITIVE_INFINITY };
    this.state.judge(batch, freed, verdicts, new Int32Array(batch.size));
    this.alerts.push(...this.detectors.process(batch, verdicts, before, this.state.watermark));
    return verdicts;
  }

  restart(): void {
    const writer = new StateWriter();
    this.detectors.write(writer, this.state.watermark);
    this.decoder = new ReferenceDecoder(witnessed, new Dictionary());
    this.detectors = this.fresh();
    const reader = new StateReader(writer.finish());
    readDetectors(reader, allUnchanged(witnessed), this.detectors);
    expect(reader.ended).toBe(true);
  }

  private fresh(): PartitionDetectors {
    const source = detectorSource(witnessed.detect[0]!, this.decoder.dictionary, new ColumnExpressions());
    return new PartitionDetectors(witnessed, 0, [{ ...source, create: () => new Witness() }]);
  }
}

it('every observation and every wake comes once and in its place, whatever the batches and restarts', () => {
  const { cooldown, forget } = witnessed.detect[0]!;
  fc.assert(
    fc.property(scenario, fc.constantFrom(1, 3, 100), (steps, most) => {
      const watched = new Watched();
      const judged: (OracleEvent & { verdict: string })[] = [];
      for (const each of steps) {
        if (each.kind === 'restart') watched.restart();
        if (each.kind !== 'events') continue;
        const own = each.events.filter(({ user }) => user !== 'ann').map((event) => ({ ...event, partition: 0 }));
        for (const [index, event] of own.entries()) event.offset = judged.length + index;
        for (const batch of cut(own, most)) {
          const verdicts = watched.process(batch);
          for (const [row, event] of batch.entries())
            judged.push({ ...event, verdict: verdicts[row] === 0 ? 'aggregated' : 'another' });
        }
      }
      const { events, watermark } = seenOf(0, judged);
      const observations = events.map(({ at, offset, user, kind, amount }): NaiveObservation => {
        return { time: at, offset, key: JSON.stringify([user, kind ?? null]), values: [orNull(amount)] };
      });
      const expected = naiveAlerts(observations, watermark, { cooldown, forget, create: () => new Witness() });
      const brief = watched.alerts.map(({ id, time, keys, evidence }) =>
        JSON.stringify([id, time, JSON.stringify(Object.values(keys)), evidence]),
      );
      const wanted = expected.map(({ offset, woken, time, key, evidence }) =>
        JSON.stringify([`all/0-${offset}${woken ? `@${time}` : ''}`, time, key, evidence]),
      );
      expect(brief.sort()).toEqual(wanted.sort());
    }),
    { numRuns: 300 },
  );
}, 60_000);

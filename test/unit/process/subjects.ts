import type { Plan } from '../../../src/core/pipeline/plan.js';
import { ReferenceDecoder } from '../../../src/core/process/decode/reference.js';
import type { Alert } from '../../../src/core/process/detect/kind.js';
import { Dictionary } from '../../../src/core/process/dictionary.js';
import { Engine } from '../../../src/core/process/engine.js';
import { Merger, type WindowRows } from '../../../src/core/process/merger.js';
import { readPartials, writePartials } from '../../../src/core/process/partials.js';
import { readSections, writeIds, writeSections } from '../../../src/core/process/snapshot/sections.js';
import { Verdict } from '../../../src/core/process/verdict.js';
import { Watermark } from '../../../src/core/process/watermark.js';
import { EngineWorker } from '../../../src/core/process/worker.js';
import type { OracleEvent } from './oracle.js';
import { partitions } from './scenario.js';
import { fetched } from './support.js';

/** What the engine, in one thread or several, must do alike. */
export interface Subject {
  process(events: readonly OracleEvent[]): string[];
  advance(idle: readonly number[]): WindowRows[];
  finish(): WindowRows[];
  restart(store: (rows: WindowRows[]) => void): Subject;
  watermark: number;
  /** All that came, also from those that it was restarted from. */
  alerts: Alert[];
}

function recordOf({ partition, offset, recordTime, broken, ...value }: OracleEvent) {
  return { partition, offset, recordTime, value: broken ? '{' : value };
}

const nameOf = (code: number) => Object.entries(Verdict).find(([, value]) => value === code)![0];

/** Consecutive events of one partition, at most `most` of them: one batch each. */
export function cut(events: readonly OracleEvent[], most: number): OracleEvent[][] {
  const batches: OracleEvent[][] = [];
  for (const each of events) {
    const last = batches.at(-1);
    if (last && last[0]!.partition === each.partition && last.length < most) last.push(each);
    else batches.push([each]);
  }
  return batches;
}

export class Single implements Subject {
  readonly alerts: Alert[];
  private readonly plan: Plan;
  private readonly engine: Engine;
  private readonly decoder: ReferenceDecoder;

  constructor(plan: Plan, alerts: Alert[] = []) {
    this.plan = plan;
    this.alerts = alerts;
    this.engine = new Engine(plan, partitions);
    this.decoder = new ReferenceDecoder(plan, this.engine.dictionary);
  }

  get watermark() {
    return this.engine.watermark;
  }

  process(events: readonly OracleEvent[]) {
    const { verdicts, alerts } = this.engine.process(this.decoder.decode(fetched(events.map(recordOf))));
    this.alerts.push(...alerts);
    return Array.from(verdicts, nameOf);
  }

  advance(idle: readonly number[]) {
    const rows = this.engine.advance(idle);
    this.alerts.push(...this.engine.takeAlerts());
    return rows;
  }

  finish() {
    const rows = this.engine.finish();
    this.alerts.push(...this.engine.takeAlerts());
    return rows;
  }

  /** Into a fresh engine and a fresh dictionary, and into another one again. */
  restart() {
    const next = new Single(this.plan, this.alerts);
    next.engine.restore(this.engine.snapshot());
    next.decoder.dictionary = next.engine.renewDictionary(0)!;
    return next;
  }
}

/** Each second restart is a kill: what was judged since the one before is judged again, as recovery does it, and stored rows stay as they are. */
export class Killed implements Subject {
  readonly alerts: Alert[] = [];
  private readonly plan: Plan;
  private engine: Engine;
  private decoder: ReferenceDecoder;
  private saved: Map<string, Uint8Array>;
  private since: { watermark: number; events: readonly OracleEvent[] }[] = [];
  private restarts = 0;

  constructor(plan: Plan) {
    this.plan = plan;
    this.engine = new Engine(plan, partitions);
    this.decoder = new ReferenceDecoder(plan, this.engine.dictionary);
    this.saved = this.engine.snapshot();
  }

  get watermark() {
    return this.engine.watermark;
  }

  process(events: readonly OracleEvent[]) {
    this.since.push({ watermark: this.engine.watermark, events });
    const { verdicts, alerts } = this.engine.process(this.decoder.decode(fetched(events.map(recordOf))));
    this.alerts.push(...alerts);
    return Array.from(verdicts, nameOf);
  }

  advance(idle: readonly number[]) {
    return this.withAlerts(this.engine.advance(idle));
  }

  finish() {
    return this.withAlerts(this.engine.finish());
  }

  restart(store: (rows: WindowRows[]) => void) {
    const { since } = this;
    this.since = [];
    if (this.restarts++ % 2 === 0) {
      this.saved = this.engine.snapshot();
      return this;
    }
    this.engine = new Engine(this.plan, partitions);
    this.decoder = new ReferenceDecoder(this.plan, this.engine.dictionary);
    this.engine.restore(this.saved);
    for (const { watermark, events } of since) {
      this.engine.suspectStored();
      store(this.withAlerts(this.engine.advanceTo(watermark)));
      this.process(events);
      store(this.withAlerts(this.engine.advance()));
    }
    this.engine.suspectStored();
    return this;
  }

  private withAlerts(rows: WindowRows[]) {
    this.alerts.push(...this.engine.takeAlerts());
    return rows;
  }
}

/** Workers with dictionaries of their own, whose partials reach the merger as bytes; each restart is into another number of them. */
export class Several implements Subject {
  readonly alerts: Alert[];
  private readonly plan: Plan;
  private readonly workers: { worker: EngineWorker; decoder: ReferenceDecoder }[];
  private readonly dictionary = new Dictionary();
  private readonly merger: Merger;
  private readonly clock = new Watermark();

  constructor(plan: Plan, count: number, alerts: Alert[] = []) {
    this.plan = plan;
    this.alerts = alerts;
    this.merger = new Merger(plan, this.dictionary);
    this.workers = Array.from({ length: count }, (_, index) => {
      const dictionary = new Dictionary();
      const own = partitions.filter((partition) => partition % count === index);
      return { worker: new EngineWorker(plan, own, dictionary), decoder: new ReferenceDecoder(plan, dictionary) };
    });
  }

  get watermark() {
    return this.clock.value;
  }

  process(events: readonly OracleEvent[]) {
    const { worker, decoder } = this.workers[events[0]!.partition % this.workers.length]!;
    const { verdicts, alerts } = worker.process(decoder.decode(fetched(events.map(recordOf))));
    this.alerts.push(...alerts);
    return Array.from(verdicts, nameOf);
  }

  advance(idle: readonly number[]) {
    const watermark = this.clock.moveTo(this.clock.next(this.states(), new Set(idle)));
    this.collect((worker) => writePartials(worker.takeDue(watermark)));
    const rows = this.merger.advance(watermark);
    this.alerts.push(...this.merger.takeAlerts());
    for (const { worker } of this.workers) worker.setFreed(watermark);
    return rows;
  }

  finish() {
    const due = this.advance([]);
    this.collect((worker) => writePartials(worker.takeAll()));
    return [...due, ...this.merger.finish()];
  }

  restart() {
    this.collect((worker) => writePartials(worker.takeAll()));
    const parts = writeSections(this.plan, this.states(), this.merger, this.clock.value);
    const sections = new Map([...parts, ...writeIds(this.states())]);
    const next = new Several(this.plan, (this.workers.length % partitions.length) + 1, this.alerts);
    next.clock.moveTo(readSections(this.plan, sections, next.states(), next.merger));
    for (const { worker } of next.workers) worker.setFreed(next.clock.value);
    return next;
  }

  private states() {
    return this.workers.flatMap(({ worker }) => [...worker.partitions.values()]);
  }

  private collect(take: (worker: EngineWorker) => Uint8Array) {
    for (const { worker } of this.workers) this.merger.add(readPartials(this.plan, this.dictionary, take(worker)));
  }
}

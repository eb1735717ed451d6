import type { Plan } from '../../../../src/core/pipeline/plan.js';
import type { Batch, Column } from '../../../../src/core/process/batch.js';
import { ReferenceDecoder } from '../../../../src/core/process/decode/reference.js';
import { Engine } from '../../../../src/core/process/engine.js';
import { Verdict as EngineVerdict } from '../../../../src/core/process/verdict.js';
import type { WindowRow } from '../../../../src/core/process/window/type.js';
import { ExpectedWindows } from '../../../../src/core/verify/oracle/expected-windows.js';
import { Findings } from '../../../../src/core/verify/oracle/findings.js';
import { PartitionTrial } from '../../../../src/core/verify/oracle/partition-trial.js';
import { eventReader } from '../../../../src/core/verify/oracle/read-event.js';
import type { StoredEvent, Value, Verdict } from '../../../../src/core/verify/oracle/values.js';
import { fetched, identity, type TestRecord } from '../../process/support.js';

const names: Record<number, Verdict> = {
  [EngineVerdict.aggregated]: 'aggregated',
  [EngineVerdict.deadLetter]: 'dead_letters',
  [EngineVerdict.late]: 'late',
  [EngineVerdict.lateIdle]: 'late_idle',
  [EngineVerdict.duplicate]: 'duplicates',
};

/** What a store would hold after the real engine: rows, letters, windows, counts. */
export class Stored {
  /** By partition, in offset order. */
  readonly rows = new Map<number, StoredEvent[]>();
  readonly late = new Map<number, Set<number>>();
  readonly dead = new Map<number, Set<number>>();
  readonly windows = new Map<string, { window: string; row: WindowRow }>();
  readonly verdicts = new Map<string, Verdict>();
  readonly engine: Engine;
  private readonly plan: Plan;
  private readonly decoder: ReferenceDecoder;

  constructor(plan: Plan, partitions: readonly number[]) {
    this.plan = plan;
    this.engine = new Engine(plan, partitions);
    this.decoder = new ReferenceDecoder(plan, this.engine.dictionary);
    for (const partition of partitions) {
      this.rows.set(partition, []);
      this.late.set(partition, new Set());
      this.dead.set(partition, new Set());
    }
  }

  /** Records of one partition; `idle` partitions hold no window up afterwards. */
  process(records: readonly TestRecord[], idle: readonly number[] = []): void {
    const batch = this.decoder.decode(fetched(records));
    const { verdicts } = this.engine.process(batch);
    for (let row = 0; row < batch.size; row++) {
      const verdict = names[verdicts[row]!]!;
      const offset = batch.offsets[row]!;
      this.verdicts.set(`${batch.partition}/${offset}`, verdict);
      if (verdict === 'aggregated') this.rows.get(batch.partition)!.push(rowOf(this.plan, batch, row));
      if (verdict === 'late' || verdict === 'late_idle') this.late.get(batch.partition)!.add(offset);
      if (verdict === 'dead_letters') this.dead.get(batch.partition)!.add(offset);
    }
    this.keep(this.engine.advance(idle));
  }

  finish(): void {
    this.keep(this.engine.finish());
  }

  private keep(emissions: ReturnType<Engine['advance']>): void {
    for (const { window, rows } of emissions)
      for (const row of rows)
        if (row.deleted) this.windows.delete(identity(window.name, row));
        else this.windows.set(identity(window.name, row), { window: window.name, row });
  }
}

/** The oracle's trial of what is stored, as `verify` holds it; `cut` is how many records are heard at once. */
export function tryStored(plan: Plan, records: readonly TestRecord[], stored: Stored, cut: number) {
  const findings = new Findings();
  const windows = new ExpectedWindows(plan);
  const court = { plan, findings, windows, read: eventReader(plan), enrich: undefined, expired: () => false };
  const counts = stored.engine.counts();
  for (const [partition, rows] of stored.rows) {
    const trial = new PartitionTrial(court, {
      partition,
      late: new Set(stored.late.get(partition)),
      dead: new Set(stored.dead.get(partition)),
      lateByIdleness: counts.find((each) => each.partition === partition)!.lateIdle,
      engineWatermark: stored.engine.watermark,
    });
    const own = records.filter((each) => each.partition === partition).map(recordOf);
    let heard = 0;
    for (let at = 0; at < own.length; at += cut) {
      const chunk = own.slice(at, at + cut);
      const to = chunk.at(-1)!.offset + 1;
      trial.hear(
        chunk,
        rows.filter(({ offset }) => offset >= heard && offset < to),
      );
      heard = to;
    }
    trial.hear(
      [],
      rows.filter(({ offset }) => offset >= heard),
    );
    trial.close(heard);
  }
  return { findings, sealed: windows.seal(Number.POSITIVE_INFINITY) };
}

function recordOf({ offset, recordTime, value }: TestRecord) {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return { offset, recordTime: recordTime ?? 8e15, value: new TextEncoder().encode(text), injected: undefined };
}

function rowOf(plan: Plan, batch: Batch, row: number): StoredEvent {
  const values = batch.columns.map((column, index) => valueAt(column, row, plan.fields[index]!.type === 'bool'));
  return { offset: batch.offsets[row]!, recordTime: batch.recordTimes[row]!, values };
}

function valueAt(column: Column, row: number, bool: boolean): Value {
  if (column.kind === 'interned') return column.ids[row]! < 0 ? null : column.dictionary.textOf(column.ids[row]!);
  if (column.kind === 'bytes')
    return column.starts[row]! < 0
      ? null
      : new TextDecoder().decode(column.buffer.subarray(column.starts[row], column.ends[row]));
  const value = column.values[row]!;
  if (Number.isNaN(value)) return null;
  return bool ? value === 1 : value;
}

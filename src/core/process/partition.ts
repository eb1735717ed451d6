import type { Plan } from '../pipeline/plan.js';
import type { Batch } from './batch.js';
import { type AddedIds, Deduplicator, preparedRows } from './deduplicate/deduplicator.js';
import { type PartitionDetectors, readDetectors } from './detect/partition-detectors.js';
import type { SavedDetector } from './detect/saved.js';
import { fingerprints } from './hash/fingerprint.js';
import type { StateReader } from './snapshot/reader.js';
import type { StateWriter } from './snapshot/writer.js';
import { Fault, faultReasons, noVerdicts, Verdict, type VerdictCounts } from './verdict.js';
import { partitionWatermark } from './watermark.js';

/** What the judge must know of windows that were freed: only a partition that idled meanwhile can bring events for them. */
export interface Freed {
  /** No window that ends after this moment was freed. */
  limit: number;
  /** End of the first window that an event of this time belongs to. */
  earliestEnd(time: number): number;
}

/** All that belongs to one partition: its watermark, its counters, the event ids it remembers. */
export class PartitionState {
  readonly partition: number;
  readonly counts: VerdictCounts = noVerdicts();
  /** Dead letters by reason code. */
  readonly deadLetters = new Float64Array(faultReasons.length);
  /** Offset after the last one judged. */
  nextOffset = 0;
  /** Undefined when the plan has none. */
  detectors: PartitionDetectors | undefined;
  private readonly plan: Plan;
  private readonly deduplicator: Deduplicator;
  private highest = Number.NEGATIVE_INFINITY;
  private fingerprints = new Int32Array(0);

  constructor(plan: Plan, partition: number, detectors?: PartitionDetectors) {
    this.plan = plan;
    this.partition = partition;
    this.detectors = detectors;
    this.deduplicator = new Deduplicator(plan.horizon);
  }

  /** W_p: the highest accepted event time, less out_of_orderness. */
  get watermark(): number {
    return partitionWatermark(this.plan, this.highest);
  }

  /** How many event ids are remembered, and what that takes. */
  get remembered(): { ids: number; bytes: number } {
    return { ids: this.deduplicator.size, bytes: this.deduplicator.bytes };
  }

  /**
   * One verdict per record, in offset order, each from what lower offsets brought. Numbers of aggregated rows go to `rows`; how many they are is
   * the result. Too early for their record's timestamp, events become dead letters of the batch.
   */
  judge(batch: Batch, freed: Freed, verdicts: Uint8Array, rows: Int32Array): number {
    const { plan, deduplicator, deadLetters } = this;
    const { size, faults, faultColumns, recordTimes } = batch;
    const times = timesOf(batch, plan);
    const { maxFutureSkew, allowedLateness, horizon } = plan;
    if (this.fingerprints.length < size * 4) this.fingerprints = new Int32Array(size * 4);
    const prints = this.fingerprints;
    fingerprints(batch.columns[plan.id]!, size, prints);
    let watermark = this.watermark;
    let aggregated = 0;
    let late = 0;
    let lateIdle = 0;
    let duplicates = 0;
    let dead = 0;
    for (let row = 0; row < size; row++) {
      if (row % preparedRows === 0) deduplicator.prepare(prints, row, Math.min(row + preparedRows, size));
      const time = times[row]!;
      if (faults[row] === 0 && time - recordTimes[row]! > maxFutureSkew) {
        faults[row] = Fault.future;
        faultColumns[row] = plan.time;
      }
      if (faults[row] !== 0) {
        verdicts[row] = Verdict.deadLetter;
        deadLetters[faults[row]!]! += 1;
        dead++;
        continue;
      }
      if (time <= watermark - allowedLateness) {
        verdicts[row] = Verdict.late;
        late++;
        continue;
      }
      if (time <= freed.limit && freed.earliestEnd(time) - 1 <= freed.limit) {
        verdicts[row] = Verdict.lateIdle;
        lateIdle++;
      } else if (deduplicator.seen(prints, row * 4, time)) {
        verdicts[row] = Verdict.duplicate;
        duplicates++;
        continue;
      } else {
        verdicts[row] = Verdict.aggregated;
        rows[aggregated++] = row;
      }
      if (time > this.highest) {
        this.highest = time;
        watermark = this.watermark;
        deduplicator.forget(watermark - horizon);
      }
    }
    this.count(size, dead, late, lateIdle, duplicates, aggregated);
    if (size > 0) this.nextOffset = batch.offsets[size - 1]! + 1;
    return aggregated;
  }

  /** Event ids since this was called last. */
  takeAddedIds(): AddedIds {
    return this.deduplicator.takeAdded();
  }

  /** All event ids that are remembered. */
  allIds(): Uint8Array {
    return this.deduplicator.all();
  }

  /** Event ids that one of the above gave: into state that was read. Throws a RangeError when they are damaged. */
  remember(ids: Uint8Array): void {
    this.deduplicator.remember(ids);
  }

  /** All but the event ids. */
  write(writer: StateWriter): void {
    writer.number(this.nextOffset);
    writer.number(this.highest);
    for (const name of countNames) writer.number(this.counts[name]);
    for (const [code, reason] of faultReasons.entries()) {
      writer.text(reason);
      writer.number(this.deadLetters[code]!);
    }
    this.deduplicator.write(writer);
    this.detectors?.write(writer, this.watermark);
  }

  /** Into fresh state. */
  read(reader: StateReader, saved: readonly SavedDetector[]): void {
    this.nextOffset = reader.number();
    this.highest = reader.number();
    for (const name of countNames) this.counts[name] = reader.number();
    for (let left = faultReasons.length; left > 0; left--) {
      const reason = reader.text();
      this.deadLetters[Fault[reason as keyof typeof Fault]] = reader.number();
    }
    this.deduplicator.read(reader);
    readDetectors(reader, saved, this.detectors);
  }

  private count(
    consumed: number,
    deadLetters: number,
    late: number,
    lateIdle: number,
    duplicates: number,
    aggregated: number,
  ): void {
    const { counts } = this;
    counts.consumed += consumed;
    counts.deadLetters += deadLetters;
    counts.late += late;
    counts.lateIdle += lateIdle;
    counts.duplicates += duplicates;
    counts.aggregated += aggregated;
  }
}

const countNames = ['consumed', 'deadLetters', 'late', 'lateIdle', 'duplicates', 'aggregated'] as const;

function timesOf(batch: Batch, plan: Plan): Float64Array {
  const column = batch.columns[plan.time]!;
  if (column.kind !== 'number') throw new TypeError(`the event time is expected as numbers, got ${column.kind}`);
  return column.values;
}

import type { Plan } from '../../pipeline/plan.js';
import type { Batch } from '../../process/batch.js';
import type { Decoder } from '../../process/decode/decoder.js';
import type { Alert } from '../../process/detect/kind.js';
import type { Engine } from '../../process/engine.js';
import { Verdict } from '../../process/verdict.js';
import { type RawEncoder, rawEncoder } from '../../sink/encode-raw.js';
import { type BlockContent, NativeBlock } from '../../sink/native-block.js';
import type { AggregatedDays } from './aggregated-days.js';
import type { OffsetRange } from './intent-log.js';
import type { Delivery } from './sources/source.js';

/** Some records of some partitions, judged: what is stored as one insert. */
export interface Block {
  /** One per partition, in their order. */
  ranges: OffsetRange[];
  judged: Judged[];
  records: number;
  /** Rows for the raw table. */
  rows: number;
  /** What detectors on events raised because of its records. */
  alerts: Alert[];
}

export interface Judged {
  batch: Batch;
  verdicts: Uint8Array;
}

/** What a block of these deliveries spans, by partition in their order; `positions` says where each partition stands. */
export function rangesOf(deliveries: readonly Delivery[], positions: ReadonlyMap<number, number>): OffsetRange[] {
  const ranges = new Map<number, OffsetRange>();
  for (const {
    records: { partition },
    next,
  } of deliveries)
    ranges.set(partition, { partition, from: ranges.get(partition)?.from ?? positions.get(partition)!, to: next });
  return [...ranges.values()].sort((a, b) => a.partition - b.partition);
}

/** Turns deliveries into judged blocks, and those into rows. One per engine; its buffer is used anew for each block. */
export class BlockMaker {
  /** Offsets so far that hold no record (transaction markers, what compaction took), by partition. */
  readonly gaps: Map<number, number>;
  private readonly days: AggregatedDays;
  private readonly engine: Engine;
  private readonly decoder: Decoder;
  private readonly encoder: RawEncoder;
  private readonly stored: NativeBlock;

  constructor(
    plan: Plan,
    engine: Engine,
    decoder: Decoder,
    days: AggregatedDays,
    gaps: Readonly<Record<number, number>>,
  ) {
    this.days = days;
    this.gaps = new Map(Object.entries(gaps).map(([partition, gap]) => [Number(partition), gap]));
    this.engine = engine;
    this.decoder = decoder;
    this.encoder = rawEncoder(plan);
    this.stored = new NativeBlock(this.encoder.columns);
  }

  /** Judges and aggregates the deliveries; `positions` says where each partition stood and is moved on. */
  make(deliveries: readonly Delivery[], positions: Map<number, number>): Block {
    const ranges = rangesOf(deliveries, positions);
    const block: Block = { ranges, judged: [], records: 0, rows: 0, alerts: [] };
    for (const { records, next } of deliveries) {
      const { partition } = records;
      const gap = next - positions.get(partition)! - records.size;
      if (gap > 0) this.gaps.set(partition, (this.gaps.get(partition) ?? 0) + gap);
      positions.set(partition, next);
      if (records.size === 0) continue;
      const batch = this.decoder.decode(records);
      const { verdicts, counts, alerts } = this.engine.process(batch);
      this.days.add(batch, verdicts);
      block.judged.push({ batch, verdicts });
      block.records += batch.size;
      block.rows += counts.aggregated;
      block.alerts.push(...alerts);
    }
    // The same records make the same bytes, whatever the order in which they arrived.
    block.judged.sort((a, b) => a.batch.partition - b.batch.partition || a.batch.offsets[0]! - b.batch.offsets[0]!);
    return block;
  }

  /** The block's aggregated rows as the raw table has them, valid until the next call. `wanted` leaves some of them out. */
  encode(block: Block, wanted: (judged: Judged) => Uint8Array = ({ verdicts }) => verdicts): BlockContent {
    this.stored.reset();
    for (const judged of block.judged)
      this.encoder.append(this.stored, judged.batch, wanted(judged), Verdict.aggregated);
    return this.stored.content();
  }
}

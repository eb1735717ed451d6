import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { VerdictCounts } from '../../process/verdict.js';
import { writeFileAtomically } from '../../runtime/atomic-file.js';
import { messageOf, PipeError, usageError } from '../../runtime/errors.js';
import type { DayCounts } from './aggregated-days.js';
import type { IdFile } from './id-files.js';
import { numbersOf } from './numbered-files.js';
import type { AlertCounts } from './raised-alerts.js';
import { seal, unseal } from './sealed.js';

const magic = 'pipe-checkpoint';
const formatVersion = 2;

/** Where the engine stood: everything in it belongs to the same cut of all partitions. */
export interface CheckpointMeta {
  pipeline: string;
  topicId: string;
  /** Epoch ms. */
  takenAt: number;
  /** Number of the last intent whose records are in the state. */
  intent: number;
  /** Next offset to consume, by partition. */
  offsets: Record<number, number>;
  /** Verdicts since the pipeline's first record, by partition. */
  verdicts: Record<number, VerdictTotals>;
  /** Offsets below `offsets` that hold no record, by partition; left out where there is none. */
  gaps: Record<number, number>;
  /** Of the aggregated records, by partition: how many are of which day. */
  days: Record<number, DayCounts>;
  /** Alerts raised since the pipeline's first record. */
  alerts: AlertCounts;
  /** The engine's watermark, null before the first event of some partition. */
  watermark: number | null;
  /** W_p by partition, which detectors on events have come to; left out before the partition's first event. */
  watermarks: Record<number, number>;
  /** Written by an engine that ended as asked; otherwise there may be intents beyond it. */
  clean: boolean;
  /** Whether open windows were emitted too, as provisional ones, for everything below `offsets`. */
  complete: boolean;
}

export interface VerdictTotals {
  consumed: number;
  aggregated: number;
  late: number;
  late_idle: number;
  duplicates: number;
  dead_letters: number;
}

export interface Checkpoint {
  meta: CheckpointMeta;
  /** All state but event ids. */
  sections: Map<string, Uint8Array>;
  /** Where those are. */
  ids: readonly IdFile[];
}

interface Header {
  magic: string;
  version: number;
  meta: CheckpointMeta;
  ids: IdFile[];
}

/**
 * Checkpoints of one pipeline: <number>.checkpoint, the newest two are kept. A file is written beside, synced and renamed, so that a
 * crash leaves the old ones whole.
 */
export class CheckpointStore {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }

  /**
   * The newest checkpoint whose checksum holds, and of whose ids `check` finds nothing to throw; damaged ones are reported and passed over. Throws a usage
   * error for one of another format.
   */
  latest(
    report: (problem: string) => void,
    check: (ids: readonly IdFile[]) => void = () => undefined,
  ): (Checkpoint & { number: number }) | undefined {
    for (const number of this.numbers().reverse()) {
      const path = this.path(number);
      try {
        const checkpoint = decode(readFileSync(path), path);
        check(checkpoint.ids);
        return { number, ...checkpoint };
      } catch (error) {
        if (error instanceof PipeError) throw error;
        report(`${messageOf(error)}; going back to the checkpoint before`);
      }
    }
    return undefined;
  }

  /** Writes checkpoint `number` and drops all but it and the one before. */
  write(number: number, checkpoint: Checkpoint): { bytes: number } {
    const bytes = writeFileAtomically(this.path(number), encode(checkpoint));
    for (const old of this.numbers().slice(0, -2)) rmSync(this.path(old), { force: true });
    return { bytes };
  }

  numbers(): number[] {
    return numbersOf(this.folder, 'checkpoint');
  }

  path(number: number): string {
    return join(this.folder, `${number}.checkpoint`);
  }
}

function encode({ meta, sections, ids }: Checkpoint): Iterable<Uint8Array> {
  return seal({ header: { magic, version: formatVersion, meta, ids }, sections });
}

function decode(bytes: Buffer, path: string): Checkpoint {
  const { header, sections, end } = unseal<Header>(bytes, path);
  if (end !== bytes.length) throw new Error(`${path}: bytes are left over`);
  if (header.magic !== magic || header.version !== formatVersion)
    throw usageError(
      `${path}: expected checkpoint format ${formatVersion}, found ${header.version}`,
      'Use the version of pipe that wrote it, or let go of state and stored rows together: pipe down --purge.',
      'CHECKPOINT_FORMAT',
    );
  return { meta: header.meta, sections, ids: header.ids };
}

/** The engine's counters under the names of the checkpoint's header. */
export function verdictTotals(counts: VerdictCounts): VerdictTotals {
  return {
    consumed: counts.consumed,
    aggregated: counts.aggregated,
    late: counts.late,
    late_idle: counts.lateIdle,
    duplicates: counts.duplicates,
    dead_letters: counts.deadLetters,
  };
}

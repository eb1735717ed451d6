import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Cut, IdsByPartition } from '../../process/engine.js';
import { messageOf, usageError } from '../../runtime/errors.js';
import { type Basis, BasisStore } from './basis.js';
import type { ChangeLog, LoggedChange } from './change-log.js';
import { type Checkpoint, type CheckpointMeta, CheckpointStore } from './checkpoint.js';
import { type IdFile, IdFiles, readIdFiles } from './id-files.js';
import { type Intent, IntentLog, type OffsetRange, readIntents } from './intent-log.js';
import { JoinedHistory } from './joined-history.js';
import type { JoinedRows } from './joined-rows.js';
import { numbersOf } from './numbered-files.js';

/** An intent that the restored checkpoint does not cover. */
export interface Outstanding {
  intent: Intent;
  /** Its insert was acknowledged: the records only have to be judged again. */
  done: boolean;
  /** Number of the checkpoint behind which it was announced. */
  after: number;
}

/** What an engine left: where it stood when the newest readable checkpoint was cut, and what it announced since. */
export interface Left {
  restored: (Checkpoint & { number: number }) | undefined;
  /** In the order in which they were announced; their records must be judged again in the same blocks. */
  outstanding: readonly Outstanding[];
}

/**
 * Reads a folder of checkpoints and intents and changes nothing; the files of ids are not looked at, unless by `check`. Throws a usage error when there was
 * state and none of it can be read.
 */
export function readJournal(
  folder: string,
  report: (problem: string) => void,
  check?: (ids: readonly IdFile[]) => void,
): Left {
  const store = new CheckpointStore(folder);
  const restored = store.latest(report, check);
  const covered = restored?.meta.intent ?? 0;
  const outstanding = intentsFrom(folder, restored?.number ?? 0).filter(({ intent }) => intent.number > covered);
  if (!restored && (outstanding.length > 0 || store.numbers().length > 0))
    throw usageError(
      `${folder}: expected a checkpoint that can be read, found none`,
      'Restore the folder from a copy, or let go of state and stored rows together: pipe down --purge.',
      'CHECKPOINTS_DAMAGED',
    );
  return { restored, outstanding };
}

/**
 * What outlives the engine: checkpoints and, apart from them, intents. `<n>.intents` holds those after checkpoint n; they are kept back
 * to the previous checkpoint, for the case that the newest cannot be read.
 */
export class Journal {
  readonly restored: Left['restored'];
  readonly outstanding: Left['outstanding'];
  log: IntentLog;
  private readonly folder: string;
  private readonly bases: BasisStore;
  private changes: ChangeLog | undefined;
  private readonly store: CheckpointStore;
  private readonly files: IdFiles;
  private number: number;
  private intent: number;

  constructor(folder: string, report: (problem: string) => void) {
    this.folder = folder;
    this.store = new CheckpointStore(folder);
    this.bases = new BasisStore(folder);
    const { restored, outstanding } = readJournal(folder, report, (files) => {
      for (const _ of readIdFiles(folder, files));
    });
    this.files = new IdFiles(folder, restored?.ids ?? []);
    this.restored = restored;
    this.outstanding = outstanding;
    this.setAsideAfter(restored?.number ?? 0);
    this.number = Math.max(restored?.number ?? 0, ...numbersOf(folder, 'intents'));
    this.bases.dropAfter(this.number);
    this.intent = outstanding.at(-1)?.intent.number ?? restored?.meta.intent ?? 0;
    this.log = new IntentLog(logPath(folder, this.number));
  }

  /** Number of the newest intent. */
  get lastIntent(): number {
    return this.intent;
  }

  /** The event ids of the restored checkpoint by partition, in the order in which they were remembered. */
  ids(): Iterable<[partition: number, ids: Uint8Array]> {
    return readIdFiles(this.folder, this.restored?.ids ?? []);
  }

  /** Keeps ids for the next checkpoint, which need not come with them. */
  keep(ids: IdsByPartition): void {
    this.files.add(this.number + 1, ids);
  }

  /** On disk when it returns. */
  begin(ranges: OffsetRange[], watermark: number | null): Intent {
    const intent = { number: ++this.intent, ranges, watermark, attempt: 0 };
    this.log.begin(intent);
    return intent;
  }

  /** By what the records behind a checkpoint were judged; undefined when no basis was written. */
  basisAt(checkpoint = this.number): Basis | undefined {
    return this.bases.at(checkpoint);
  }

  /** For bringing `joined` to what it was when outstanding blocks were judged. */
  historyOf(joined: JoinedRows): JoinedHistory {
    return new JoinedHistory(this.bases, joined);
  }

  /** Number of the newest checkpoint, behind which intents and changes are logged now. */
  get checkpointNumber(): number {
    return this.number;
  }

  /** Logs a change of the rows in the basis, from these offsets on. On disk when it returns. */
  change(logged: LoggedChange): void {
    this.changes ??= this.bases.openChanges(this.bases.numberAt(this.number)!);
    this.changes.append(logged);
  }

  /** Whether the changes should be forgotten for a new basis that has them. */
  get outgrown(): boolean {
    return this.changes !== undefined && this.bases.outgrown(this.bases.numberAt(this.number)!, this.changes);
  }

  /**
   * Writes a checkpoint that covers every intent so far, and begins a new log; what comes is judged by `basis` when one is given. Answers with what it
   * wrote.
   */
  checkpoint({ meta, sections, ids }: { meta: CheckpointMeta } & Cut, basis?: Basis): { bytes: number } {
    if (basis) {
      this.bases.write(this.number + 1, basis);
      this.changes?.close();
      this.changes = undefined;
    }
    const added = this.files.add(this.number + 1, ids);
    const written = this.store.write(this.number + 1, { meta, sections, ids: added.files });
    this.number++;
    this.files.dropOld();
    this.log.close();
    this.log = new IntentLog(logPath(this.folder, this.number));
    const oldest = Math.min(...this.store.numbers());
    for (const number of numbersOf(this.folder, 'intents'))
      if (number < oldest) rmSync(logPath(this.folder, number), { force: true });
    this.bases.dropBefore(oldest);
    return { bytes: added.bytes + written.bytes };
  }

  close(): void {
    this.log.close();
    this.files.close();
    this.changes?.close();
  }

  /** Damaged checkpoints must not be counted among the two that are kept. */
  private setAsideAfter(number: number): void {
    for (const damaged of this.store.numbers().filter((each) => each > number)) {
      const path = this.store.path(damaged);
      renameSync(path, `${path}.damaged`);
    }
  }
}

function intentsFrom(folder: string, checkpoint: number): Outstanding[] {
  return numbersOf(folder, 'intents')
    .filter((number) => number >= checkpoint)
    .flatMap((number) => {
      const path = logPath(folder, number);
      try {
        return readIntents(path).map((known) => ({ ...known, after: number }));
      } catch (error) {
        throw usageError(
          `${path}: expected one intent per line: ${messageOf(error)}`,
          'The file is damaged: restore it, or let go of state and stored rows together (pipe down --purge).',
          'INTENT_LOG',
        );
      }
    });
}

function logPath(folder: string, number: number): string {
  return join(folder, `${number}.intents`);
}

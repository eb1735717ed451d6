import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf, usageError } from '../../runtime/errors.js';
import { type Checkpoint, CheckpointStore } from './checkpoint.js';
import { type Intent, IntentLog, type OffsetRange, readIntents } from './intent-log.js';

/** An intent that the restored checkpoint does not cover. */
export interface Outstanding {
  intent: Intent;
  /** Its insert was acknowledged: the records only have to be judged again. */
  done: boolean;
}

/**
 * What outlives the engine: checkpoints and, apart from them, intents. `<n>.intents` holds those after checkpoint n; they are kept back
 * to the previous checkpoint, for the case that the newest cannot be read.
 */
export class Journal {
  readonly restored: Checkpoint | undefined;
  /** In the order in which they were announced; their records must be judged again in the same blocks. */
  readonly outstanding: readonly Outstanding[];
  log: IntentLog;
  private readonly folder: string;
  private readonly store: CheckpointStore;
  private number: number;
  private intent: number;

  constructor(folder: string, report: (problem: string) => void) {
    this.folder = folder;
    this.store = new CheckpointStore(folder);
    const latest = this.store.latest(report);
    this.restored = latest;
    this.number = Math.max(0, ...this.store.numbers());
    const covered = latest?.meta.intent ?? 0;
    this.outstanding = this.intentsFrom(latest?.number ?? 0).filter(({ intent }) => intent.number > covered);
    this.intent = this.outstanding.at(-1)?.intent.number ?? covered;
    this.log = new IntentLog(this.logPath(this.number));
  }

  /** Number of the newest intent. */
  get lastIntent(): number {
    return this.intent;
  }

  /** On disk when it returns. */
  begin(ranges: OffsetRange[]): Intent {
    const intent = { number: ++this.intent, ranges, attempt: 0 };
    this.log.begin(intent);
    return intent;
  }

  /** Writes a checkpoint that covers every intent so far, and begins a new log. */
  checkpoint(checkpoint: Checkpoint): { bytes: number } {
    const written = this.store.write(this.number + 1, checkpoint);
    this.number++;
    this.log.close();
    this.log = new IntentLog(this.logPath(this.number));
    const oldest = Math.min(...this.store.numbers());
    for (const number of this.logNumbers()) if (number < oldest) rmSync(this.logPath(number), { force: true });
    return written;
  }

  close(): void {
    this.log.close();
  }

  private intentsFrom(checkpoint: number): Outstanding[] {
    return this.logNumbers()
      .filter((number) => number >= checkpoint)
      .flatMap((number) => {
        try {
          return readIntents(this.logPath(number));
        } catch (error) {
          throw usageError(
            `${this.logPath(number)}: expected one intent per line: ${messageOf(error)}`,
            'The file is damaged: restore it, or let go of state and stored rows together (pipe down --purge).',
            'INTENT_LOG',
          );
        }
      });
  }

  private logNumbers(): number[] {
    return readdirSync(this.folder)
      .map((name) => /^(\d+)\.intents$/.exec(name)?.[1])
      .filter((number) => number !== undefined)
      .map(Number)
      .sort((a, b) => a - b);
  }

  private logPath(number: number): string {
    return join(this.folder, `${number}.intents`);
  }
}

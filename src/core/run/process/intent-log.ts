import { closeSync, fsyncSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';

/** Records [from, to) of one partition. */
export interface OffsetRange {
  partition: number;
  from: number;
  to: number;
}

/** What is about to be inserted as one block: enough to make the same block again and to know whether it is stored. */
export interface Intent {
  /** Grows by one from intent to intent, also across restarts. */
  number: number;
  ranges: OffsetRange[];
  /** The engine's watermark when the block was judged, null before there was one: with idle partitions it depends on the clock. */
  watermark: number | null;
  /** How often a block of these ranges was found missing and sent anew under another token. */
  attempt: number;
}

/**
 * The deduplication token of an intent's block. A function of the identity of the data and nothing else: ClickHouse drops what comes under
 * a token it knows, even when the data differ.
 */
export function tokenOf(topicId: string, intent: Intent): string {
  const ranges = intent.ranges.map(({ partition, from, to }) => `${partition}:${from}-${to}`).join(',');
  return `${topicId}/${ranges}/${intent.attempt}`;
}

/**
 * Append-only file of intents. `begin` is on disk before it returns; `done` is not waited for: an intent whose end was lost with the
 * machine's cache is looked at again, which changes nothing.
 */
export class IntentLog {
  private readonly descriptor: number;

  constructor(path: string) {
    this.descriptor = openSync(path, 'a+', 0o600);
    // What a crash left of a last line would run into the next one.
    ftruncateSync(this.descriptor, readFileSync(this.descriptor).lastIndexOf(0x0a) + 1);
  }

  begin(intent: Intent): void {
    this.append({ begin: intent });
    fsyncSync(this.descriptor);
  }

  done(number: number): void {
    this.append({ done: number });
  }

  close(): void {
    closeSync(this.descriptor);
  }

  private append(entry: Entry): void {
    writeSync(this.descriptor, `${JSON.stringify(entry)}\n`);
  }
}

type Entry = { begin: Intent } | { done: number };

/** Intents of a log file in order, later attempts in place of earlier ones, each with whether its end was seen. A torn last line counts as never written. */
export function readIntents(path: string): { intent: Intent; done: boolean }[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  const intents = new Map<number, { intent: Intent; done: boolean }>();
  for (const line of text.slice(0, text.lastIndexOf('\n') + 1).split('\n')) {
    if (line === '') continue;
    const entry = JSON.parse(line) as Entry;
    if ('begin' in entry) intents.set(entry.begin.number, { intent: entry.begin, done: false });
    else {
      const known = intents.get(entry.done);
      if (known) known.done = true;
    }
  }
  return [...intents.values()];
}

import { closeSync, fsyncSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { ProducerIdentity, Progress } from '../../broker/producer-identity.js';
import { messageOf, PipeError } from '../../runtime/errors.js';
import { applyEntry, type EndTotals, initialState, type LedgerEntry, type LedgerState } from './entries.js';
import { type RunHeader, readHeader } from './header.js';

/** Acknowledgements reach the file at least so often while they come. */
const flushMs = 250;

/** What has been put on file of a run: its header and where its entries lead. A last line cut short by a crash counts as not written. */
export function readLedger(folder: string): { header: RunHeader; state: LedgerState } {
  const header = readHeader(folder);
  const state = initialState(header);
  const path = entriesPath(folder);
  const lines = wholeLines(path).toString('utf8').split('\n').slice(0, -1);
  for (const [index, line] of lines.entries()) {
    try {
      applyEntry(state, JSON.parse(line) as LedgerEntry);
    } catch (error) {
      throw new PipeError(`${path}:${index + 1}: expected an entry of the ledger: ${messageOf(error)}`, {
        code: 'LEDGER_DAMAGED',
        hint: 'Remove the lines from there on: what they said is read from the topic again.',
      });
    }
  }
  return { header, state };
}

/**
 * The ledger of a run that sends. Acknowledgements are gathered and written every quarter of a second, without waiting for the disk: what a crash takes of them
 * is read from the topic again. Everything else is on disk when its call returns.
 */
export class Ledger {
  readonly header: RunHeader;
  readonly state: LedgerState;
  private readonly descriptor: number;
  private readonly path: string;
  private readonly changed = new Set<number>();
  private flushedAt = Number.NEGATIVE_INFINITY;

  /** Opens a folder that has a header; the caller holds its lock. */
  constructor(folder: string) {
    const { header, state } = readLedger(folder);
    this.header = header;
    this.state = state;
    this.path = entriesPath(folder);
    this.descriptor = openSync(this.path, 'a');
    ftruncateSync(this.descriptor, wholeLines(this.path).length);
  }

  /** `now` is in ms on any clock that never goes back. Throws when the file cannot be written; the counts are right all the same. */
  acknowledge(partition: number, records: number, nextOffset: number, bytes: number, now: number): void {
    const known = this.state.partitions[partition]!;
    known.records += records;
    known.nextOffset = nextOffset;
    known.bytes += bytes;
    this.changed.add(partition);
    if (now - this.flushedAt < flushMs) return;
    this.flushedAt = now;
    this.flush();
  }

  /** Takes what the topic turned out to hold beyond the ledger. */
  complete(partition: number, found: Progress): void {
    const known = this.state.partitions[partition]!;
    if (found.records === known.records && found.nextOffset === known.nextOffset) return;
    known.bytes += found.bytes;
    known.records = found.records;
    known.nextOffset = found.nextOffset;
    this.changed.add(partition);
  }

  flush(): void {
    if (this.changed.size === 0) return;
    const acked = [...this.changed].map((partition): [number, number, number, number] => {
      const { records, nextOffset, bytes } = this.state.partitions[partition]!;
      return [partition, records, nextOffset, bytes];
    });
    this.write({ acked });
    this.changed.clear();
  }

  renew(partition: number, { id, epoch, firstRecord }: ProducerIdentity): void {
    this.writeThrough({ producer: { partition, id: String(id), epoch, first: firstRecord } });
  }

  rebase(ms: number): void {
    this.writeThrough({ rebase: { ms, from: this.state.partitions.map(({ records }) => records) } });
  }

  end(how: 'complete' | 'stopped', totals: EndTotals[]): void {
    this.writeThrough({ end: how, totals });
  }

  close(): void {
    this.flush();
    closeSync(this.descriptor);
  }

  private writeThrough(entry: LedgerEntry): void {
    this.flush();
    applyEntry(this.state, entry);
    this.write(entry);
    fsyncSync(this.descriptor);
  }

  private write(entry: LedgerEntry): void {
    const bytes = Buffer.from(`${JSON.stringify(entry)}\n`);
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(this.descriptor, bytes, at);
    } catch (error) {
      throw new PipeError(`cannot write the ledger ${this.path}: ${messageOf(error)}`, {
        code: 'LEDGER_NOT_WRITTEN',
        hint: 'Make room on the disk, then go on with --resume: what is missing is read from the topic.',
        cause: error,
      });
    }
  }
}

function entriesPath(folder: string): string {
  return join(folder, 'acks.ndjson');
}

/** The file up to its last line break; nothing when there is no file. */
function wholeLines(path: string): Buffer {
  try {
    const bytes = readFileSync(path);
    return bytes.subarray(0, bytes.lastIndexOf(0x0a) + 1);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
}

import { closeSync, fsyncSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import type { ChangeSet, RowKey, RowValues } from '../../metadata/changes/change-set.js';
import type { OffsetRange } from './intent-log.js';

/** A change of the rows that events are joined with, and from where on it holds. */
export interface LoggedChange {
  /** By partition, the offset of the first record that is joined with the changed rows. */
  from: Readonly<Record<number, number>>;
  changes: ChangeSet;
}

/** Append-only file of changes; each is on disk when `append` returns. */
export class ChangeLog {
  /** Size of the file. */
  bytes: number;
  private readonly descriptor: number;

  constructor(path: string) {
    this.descriptor = openSync(path, 'a+', 0o600);
    // What a crash left of a last line would run into the next one.
    this.bytes = readFileSync(this.descriptor).lastIndexOf(0x0a) + 1;
    ftruncateSync(this.descriptor, this.bytes);
  }

  append({ from, changes }: LoggedChange): void {
    const line = Buffer.from(`${JSON.stringify({ from, changes: changes.map((rows) => [...rows]) })}\n`);
    for (let at = 0; at < line.byteLength; ) at += writeSync(this.descriptor, line, at);
    fsyncSync(this.descriptor);
    this.bytes += line.byteLength;
  }

  close(): void {
    closeSync(this.descriptor);
  }
}

/** In order. A torn last line counts as never written: no block was announced after it. */
export function readChanges(path: string): LoggedChange[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  const lines = text.split('\n').slice(0, -1);
  return lines.map((line) => {
    const { from, changes } = JSON.parse(line) as Line;
    return { from, changes: changes.map((rows) => new Map(rows)) };
  });
}

type Line = { from: Record<number, number>; changes: [RowKey, RowValues | null][][] };

/** Whether a block of these records was judged after the change. One without records does not tell, and nothing of it is joined. */
export function holdsFor({ from }: LoggedChange, ranges: readonly OffsetRange[]): boolean {
  return ranges.length > 0 && ranges.every((range) => range.from >= (from[range.partition] ?? 0));
}

import { closeSync, fsyncSync, openSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { IdsByPartition } from '../../process/engine.js';
import { syncFolder, writeFully } from '../../runtime/atomic-file.js';
import { numbersOf } from './numbered-files.js';
import { seal, unseal } from './sealed.js';

/** What a checkpoint needs of a file of ids. */
export interface IdFile {
  /** Of the checkpoint that it was begun for. */
  number: number;
  /** What lies beyond was added for a later checkpoint. */
  bytes: number;
  /** By partition, the latest time of its ids in the file. */
  newest: Record<number, number>;
}

/** The file that is added to ends when it has this part of what all files hold: so there are few, and each goes soon after its ids are forgotten. */
const partOfAll = 16;

/**
 * The event ids that the engine remembers: files `<n>.ids`, to which each checkpoint adds those that are new. They are many, and written once; a file is
 * removed when all of its ids are forgotten.
 */
export class IdFiles {
  private readonly folder: string;
  private files: IdFile[];
  /** The last of the files, if it was begun by this run: what a run before has left is not added to. */
  private open: { number: number; descriptor: number } | undefined;
  /** Needed by the checkpoint before. */
  private before: readonly number[];

  /** `files` are those of the checkpoint that was restored. */
  constructor(folder: string, files: readonly IdFile[]) {
    this.folder = folder;
    this.files = [...files];
    this.before = numbersOf(folder, 'ids');
  }

  /** Adds what is new at checkpoint `number`, which needs the files in the answer. On disk when it returns. */
  add(number: number, ids: IdsByPartition): { files: readonly IdFile[]; bytes: number } {
    this.files = this.files.filter((file) => needed(file, ids));
    const added = [...ids].flatMap(([partition, { bytes, newest }]) => (bytes ? [{ partition, bytes, newest }] : []));
    if (added.length === 0) return { files: this.files, bytes: 0 };
    const file = this.fileFor(number);
    const sections = new Map(added.map(({ partition, bytes }) => [String(partition), bytes]));
    let bytes = 0;
    for (const part of seal({ header: {}, sections })) bytes += writeFully(this.open!.descriptor, part);
    fsyncSync(this.open!.descriptor);
    const newest = { ...file.newest };
    for (const each of added) newest[each.partition] = Math.max(newest[each.partition] ?? each.newest, each.newest);
    this.files = [
      ...this.files.filter((each) => each !== file),
      { number: file.number, bytes: file.bytes + bytes, newest },
    ];
    return { files: this.files, bytes };
  }

  /** The checkpoint is written: removes what neither it nor the one before needs. */
  dropOld(): void {
    const now = this.files.map(({ number }) => number);
    for (const number of numbersOf(this.folder, 'ids'))
      if (!now.includes(number) && !this.before.includes(number)) rmSync(pathOf(this.folder, number), { force: true });
    this.before = now;
  }

  close(): void {
    if (this.open) closeSync(this.open.descriptor);
    this.open = undefined;
  }

  /** The last file, while it is not too large; else a new one. */
  private fileFor(number: number): IdFile {
    const last = this.files.at(-1);
    if (last && last.number === this.open?.number) {
      const all = this.files.reduce((sum, { bytes }) => sum + bytes, 0);
      if (last.number === number || last.bytes * partOfAll < all) return last;
    }
    this.close();
    this.open = { number, descriptor: openSync(pathOf(this.folder, number), 'w', 0o600) };
    syncFolder(this.folder);
    return { number, bytes: 0, newest: {} };
  }
}

/** The ids in these files with their partitions, oldest first. Throws when a file is damaged or missing. */
export function* readIdFiles(folder: string, files: readonly IdFile[]): Generator<[number, Uint8Array]> {
  for (const { number, bytes: length } of files) {
    const path = pathOf(folder, number);
    const bytes = readFileSync(path).subarray(0, length);
    for (let at = 0; at < length; ) {
      const { sections, end } = unseal(bytes, path, at);
      for (const [partition, ids] of sections) yield [Number(partition), ids];
      at = end;
    }
  }
}

function needed({ newest }: IdFile, ids: IdsByPartition): boolean {
  return Object.entries(newest).some(
    ([partition, time]) => time > (ids.get(Number(partition))?.forgotten ?? Number.NEGATIVE_INFINITY),
  );
}

function pathOf(folder: string, number: number): string {
  return join(folder, `${number}.ids`);
}

import { closeSync, openSync, writeSync } from 'node:fs';

const told = 10;

/**
 * Keeps what was refused: the lines as they came, to be mended and ingested again, and beside them the reasons. Nothing is made before the
 * first. The first ten reasons are told at once.
 */
export class Rejects {
  count = 0;
  /** Of the lines. */
  readonly path: string;
  private descriptors: { lines: number; reasons: number } | undefined;
  private header: Buffer | undefined;
  private readonly file: string;
  private readonly note: (line: string) => void;

  /** `path` of the lines, `file` the input's name in the reasons. */
  constructor(path: string, file: string, note: (line: string) => void) {
    this.path = path;
    this.file = file;
    this.note = note;
  }

  /** What the lines begin with, so that rejects of a CSV are a CSV. */
  readonly beginWith = (header: Buffer): void => {
    this.header = header;
  };

  add(line: number, raw: Buffer, problem: string): void {
    const reason = `${this.file}:${line}: ${problem}`;
    if (this.count++ < told) this.note(reason);
    this.descriptors ??= this.open();
    writeSync(this.descriptors.lines, Buffer.concat([raw, Buffer.from('\n')]));
    writeSync(this.descriptors.reasons, `${reason}\n`);
  }

  /** Tells how many more there were, and where all of them are. */
  close(): void {
    if (!this.descriptors) return;
    closeSync(this.descriptors.lines);
    closeSync(this.descriptors.reasons);
    if (this.count > told) this.note(`… and ${this.count - told} more`);
    this.note(`${this.count} rejected; the lines are in ${this.path}, the reasons in ${this.path}.reasons`);
  }

  private open(): { lines: number; reasons: number } {
    const lines = openSync(this.path, 'w', 0o600);
    if (this.header) writeSync(lines, this.header);
    return { lines, reasons: openSync(`${this.path}.reasons`, 'w', 0o600) };
  }
}

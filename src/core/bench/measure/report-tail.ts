import { closeSync, openSync, readSync } from 'node:fs';

/** Reads a report of a command while it is written. */
export class ReportTail<Line> {
  private readonly path: string;
  private at = 0;
  private partial: Buffer = Buffer.alloc(0);

  constructor(path: string) {
    this.path = path;
  }

  /** The lines that have come since the last call; none before there is a file. */
  read(): Line[] {
    const bytes = Buffer.concat([this.partial, this.appended()]);
    const end = bytes.lastIndexOf(0x0a) + 1;
    this.partial = bytes.subarray(end);
    return bytes
      .toString('utf8', 0, end)
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Line);
  }

  private appended(): Buffer {
    const descriptor = openIfThere(this.path);
    if (descriptor === undefined) return Buffer.alloc(0);
    try {
      const pieces: Buffer[] = [];
      for (;;) {
        const piece = Buffer.allocUnsafe(1 << 16);
        const length = readSync(descriptor, piece, 0, piece.length, this.at);
        if (length === 0) return Buffer.concat(pieces);
        pieces.push(piece.subarray(0, length));
        this.at += length;
      }
    } finally {
      closeSync(descriptor);
    }
  }
}

function openIfThere(path: string): number | undefined {
  try {
    return openSync(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

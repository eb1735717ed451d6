import { readFileSync } from 'node:fs';
import { writeFileAtomically } from '../../runtime/atomic-file.js';
import { usageError } from '../../runtime/errors.js';

const perStart = 2 ** 32;

/**
 * Versions of window rows: the higher one wins in ClickHouse, so they grow with every emission and across restarts, also after a crash. The
 * high digits count the starts of the engine and are on disk before the first row is emitted.
 */
export class VersionCounter {
  private last: number;

  constructor(path: string) {
    const starts = readStarts(path) + 1;
    writeFileAtomically(path, [`${starts}\n`]);
    this.last = starts * perStart;
  }

  next(): number {
    return ++this.last;
  }
}

function readStarts(path: string): number {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw error;
  }
  if (/^\d+\n$/.test(text)) return Number(text);
  throw usageError(
    `${path}: expected the number of starts, found ${JSON.stringify(text.slice(0, 40))}`,
    'Write a number above all earlier ones into it: versions of window rows must grow.',
    'STARTS_DAMAGED',
  );
}

import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { escapeIdentifier } from 'pg';
import { from } from 'pg-copy-streams';
import type { MetadataClient } from './connect.js';
import type { Cell } from './rows/table.js';

const chunkSize = 1 << 16;
const reportEvery = 250_000;

export interface CopyTarget {
  schema: string;
  table: string;
  columns: readonly string[];
}

export interface CopyOptions {
  signal?: AbortSignal;
  /** Called with the rows handed over so far, every 250,000. */
  progress?: (rows: number) => void;
}

/**
 * Loads rows by COPY, as fast as the server takes them; gives their number. They belong to the caller's transaction. Rows are drawn only
 * as fast as they are sent, so their number is not bound by memory.
 */
export async function copyRows(
  client: MetadataClient,
  target: CopyTarget,
  rows: Iterable<readonly Cell[]> | AsyncIterable<readonly Cell[]>,
  { signal, progress }: CopyOptions = {},
): Promise<number> {
  const into = client.query(from(copyStatement(target)));
  await pipeline(Readable.from(chunks(rows, progress), { objectMode: true, highWaterMark: 2 }), into, { signal });
  return into.rowCount;
}

function copyStatement({ schema, table, columns }: CopyTarget): string {
  return `COPY ${qualified(schema, table)} (${columns.map(escapeIdentifier).join(', ')}) FROM STDIN`;
}

/** schema.table, both quoted. */
export function qualified(schema: string, table: string): string {
  return `${escapeIdentifier(schema)}.${escapeIdentifier(table)}`;
}

async function* chunks(
  rows: Iterable<readonly Cell[]> | AsyncIterable<readonly Cell[]>,
  progress?: (rows: number) => void,
): AsyncGenerator<Buffer> {
  let text = '';
  let count = 0;
  for await (const row of rows) {
    text += copyLine(row);
    if (++count % reportEvery === 0) progress?.(count);
    if (text.length < chunkSize) continue;
    yield Buffer.from(text);
    text = '';
  }
  if (text !== '') yield Buffer.from(text);
}

/** One row in COPY's text format. */
export function copyLine(row: readonly Cell[]): string {
  return `${row.map(copyCell).join('\t')}\n`;
}

function copyCell(cell: Cell): string {
  if (cell === null) return '\\N';
  if (cell instanceof Date) return cell.toISOString();
  if (typeof cell !== 'string') return String(cell);
  return /[\\\t\n\r]/.test(cell) ? cell.replace(/[\\\t\n\r]/g, (letter) => escapes[letter]!) : cell;
}

const escapes: Record<string, string> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

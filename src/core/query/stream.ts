import type { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { QueryFormat } from './formats.js';
import { linesOf } from './lines.js';

/**
 * Sends rows on as they come, in bounded memory, and resolves to their number when all are written. A reader that closes the pipe early
 * (`| head`) is no failure.
 */
export async function streamRows(stream: Readable, as: Exclude<QueryFormat, 'table'>, out: Writable): Promise<number> {
  const counted = { rows: 0 };
  await passOn(stream, out, (source) => transforms[as](source, counted));
  return counted.rows;
}

/** Sends a stream on to its end, or until nobody reads any more; `out` stays open. */
export async function passOn(
  stream: Readable,
  out: Writable,
  transform: (source: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array | string> = (source) => source,
): Promise<void> {
  try {
    await pipeline(stream, transform, out, { end: false });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EPIPE')) throw error;
  }
}

interface Counted {
  rows: number;
}

type Transform = (source: AsyncIterable<Uint8Array>, counted: Counted) => AsyncIterable<Uint8Array | string>;

const transforms: Record<Exclude<QueryFormat, 'table'>, Transform> = { ndjson, csv, json };

async function* ndjson(source: AsyncIterable<Uint8Array>, counted: Counted): AsyncGenerator<Uint8Array> {
  for await (const chunk of source) {
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) counted.rows++;
    yield chunk;
  }
}

/** A line end inside quotes is part of a value; a quote inside quotes is doubled, so each one just changes sides. */
async function* csv(source: AsyncIterable<Uint8Array>, counted: Counted): AsyncGenerator<Uint8Array> {
  let quoted = false;
  let records = 0;
  for await (const chunk of source) {
    for (const byte of chunk) {
      if (byte === 34) quoted = !quoted;
      else if (byte === 10 && !quoted) records++;
    }
    counted.rows = Math.max(0, records - 1);
    yield chunk;
  }
}

async function* json(source: AsyncIterable<Uint8Array>, counted: Counted): AsyncGenerator<string> {
  for await (const line of linesOf(source)) yield `${counted.rows++ === 0 ? '[\n' : ',\n'}${line}`;
  yield counted.rows === 0 ? '[]\n' : '\n]\n';
}

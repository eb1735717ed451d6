import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import pRetry, { AbortError } from 'p-retry';
import { messageOf, missingError, PipeError } from '../../runtime/errors.js';

const stallMs = 30_000;

export interface Download {
  url: string;
  headers: Record<string, string>;
  bytes: number;
  sha256: string;
  /** The finished file; only a file with the right sum ever gets this name. */
  target: string;
  /** Bytes that arrived, or a negative number when some turned out to be useless. */
  onBytes(count: number): void;
  signal: AbortSignal;
}

/** Fetches one file, going on where an earlier attempt, also of another process, ended. Throws missing errors. */
export async function download(request: Download): Promise<void> {
  const { url, target, bytes, signal } = request;
  mkdirSync(dirname(target), { recursive: true });
  try {
    await pRetry(() => attempt(request), { retries: 4, minTimeout: 300, maxTimeout: 5_000, signal });
  } catch (error) {
    if (error instanceof PipeError || signal.aborted) throw error;
    throw missingError(
      `cannot download ${url}: ${causeOf(error)}`,
      `Needed once: ${bytes} bytes to ${target}. Behind a proxy name a mirror in ~/.m2/settings.xml or MAVEN_MIRROR_URL.`,
      'DOWNLOAD_FAILED',
      error,
    );
  }
}

/** Whether a file has the size and the SHA-256 sum that it should have. */
export async function isIntact(path: string, { bytes, sha256 }: { bytes: number; sha256: string }): Promise<boolean> {
  if (!existsSync(path) || statSync(path).size !== bytes) return false;
  return (await sumOf(path)) === sha256;
}

async function attempt(request: Download): Promise<void> {
  const { target, bytes, sha256, url, onBytes } = request;
  const part = `${target}.part`;
  let have = existsSync(part) ? statSync(part).size : 0;
  if (have > bytes) {
    rmSync(part);
    have = 0;
  }
  onBytes(have);
  let counted = have;
  const count = (more: number) => {
    counted += more;
    onBytes(more);
  };
  try {
    if (have < bytes) await fetchRest(request, part, have, count);
    const found = await sumOf(part);
    if (found !== sha256) {
      rmSync(part, { force: true });
      const error = missingError(
        `${url}: expected SHA-256 ${sha256}, got ${found} (${counted} of ${bytes} bytes)`,
        'The repository or mirror serves another file than the one that was locked: check its address.',
        'DOWNLOAD_CORRUPT',
      );
      // What an earlier process left may be to blame; a file fetched whole will not get better.
      throw have > 0 ? error : new AbortError(error);
    }
    renameSync(part, target);
  } catch (error) {
    onBytes(-counted);
    throw error;
  }
}

async function fetchRest(request: Download, part: string, have: number, count: (more: number) => void): Promise<void> {
  const { url, headers, signal } = request;
  const stalled = new AbortController();
  const watchdog = setTimeout(() => stalled.abort(new Error(`no data for ${stallMs / 1000} s`)), stallMs);
  try {
    const response = await fetch(url, {
      headers: have > 0 ? { ...headers, range: `bytes=${have}-` } : headers,
      signal: AbortSignal.any([signal, stalled.signal]),
    });
    if (!response.ok || !response.body) throw statusError(response.status, url);
    const resumed = response.status === 206;
    if (have > 0 && !resumed) count(-have);
    const progress = new Transform({
      transform(chunk: Buffer, _, done) {
        watchdog.refresh();
        count(chunk.length);
        done(null, chunk);
      },
    });
    const body = Readable.fromWeb(response.body as ReadableStream);
    await pipeline(body, progress, createWriteStream(part, { flags: resumed ? 'a' : 'w' }));
  } finally {
    clearTimeout(watchdog);
  }
}

/** A refusal is final; what looks like a passing trouble is tried again. */
function statusError(status: number, url: string): Error {
  const error = new Error(`${url} answered with status ${status}`);
  return status >= 400 && status < 500 && status !== 408 && status !== 429 ? new AbortError(error) : error;
}

async function sumOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex');
}

/** fetch says only "fetch failed"; the reason is in its cause. */
function causeOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause ? `${messageOf(error)}: ${messageOf(cause)}` : messageOf(error);
}

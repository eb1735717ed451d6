import { join } from 'node:path';
import { missingError } from '../../runtime/errors.js';
import type { Runtime } from '../../runtime/runtime.js';
import { cacheFolder, openCache } from '../cache.js';
import { waitForLock } from '../process/lock.js';
import { requireSpace } from '../space.js';
import { download, isIntact } from './download.js';
import { type Jar, jarPath, readJarLock } from './lock-file.js';
import { mavenRepository } from './repository.js';

const parallel = 6;
const waitForOtherMs = 600_000;

export interface JarProgress {
  doneBytes: number;
  totalBytes: number;
}

/** Checks the sum of each of Kafka's jars in the cache; downloads what is missing or broken. Throws missing errors. */
export async function ensureJars(runtime: Runtime, onProgress: (progress: JarProgress) => void): Promise<void> {
  if ((await missingJars(runtime)).length === 0) return;
  const folder = openCache(runtime, 'maven');
  await fillCache(runtime, folder, onProgress);
}

/** Where the cache has Kafka's jars. */
export function jarPaths(runtime: Runtime): string[] {
  return readJarLock(runtime.packageRoot).jars.map((jar) => join(cacheFolder(runtime), 'maven', jarPath(jar)));
}

/** The jars that the cache lacks or holds with a wrong sum. */
export async function missingJars(runtime: Runtime): Promise<Jar[]> {
  const { jars } = readJarLock(runtime.packageRoot);
  const paths = jarPaths(runtime);
  const intact = await Promise.all(jars.map((jar, index) => isIntact(paths[index]!, jar)));
  return jars.filter((_, index) => !intact[index]);
}

/** Under a lock: of two processes that need the same files, the second finds them there. */
async function fillCache(runtime: Runtime, folder: string, onProgress: (progress: JarProgress) => void): Promise<void> {
  const lock = await waitForLock(runtime, join(folder, 'lock'), waitForOtherMs, (owner) =>
    runtime.note(`waiting for another process (${owner}) that fills ${folder}`),
  );
  if (!lock)
    throw missingError(
      `${folder} is locked by another process`,
      'End it, or choose another PIPE_CACHE.',
      'CACHE_LOCKED',
    );
  try {
    const missing = await missingJars(runtime);
    const totalBytes = missing.reduce((sum, { bytes }) => sum + bytes, 0);
    requireSpace(folder, totalBytes * 1.2, 'the download of Kafka');
    let doneBytes = 0;
    const { url, headers } = mavenRepository(runtime);
    await inParallel(missing, (jar) =>
      download({
        ...jar,
        url: `${url}/${jarPath(jar)}`,
        headers,
        target: join(folder, jarPath(jar)),
        signal: runtime.signal,
        onBytes: (count) => {
          doneBytes += count;
          onProgress({ doneBytes, totalBytes });
        },
      }),
    );
  } finally {
    lock.release();
  }
}

async function inParallel<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const queue = [...items].reverse();
  const worker = async () => {
    for (let item = queue.pop(); item; item = queue.pop()) await work(item);
  };
  await Promise.all(Array.from({ length: parallel }, worker));
}

import { readFileSync } from 'node:fs';
import { freemem, totalmem } from 'node:os';
import { formatBytes } from '../../runtime/units.js';
import { cacheFolder } from '../cache.js';
import { findJava } from '../services/java.js';
import { freeSpace } from '../space.js';
import { type Check, fail, ok, warn } from './check.js';

const GiB = 2 ** 30;

export const node: Check = () => {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const enough = major > 20 || (major === 20 && minor >= 19);
  return enough
    ? ok(process.versions.node)
    : fail(`${process.versions.node} is too old`, 'Install Node.js 20.19 or later.');
};

export const java: Check = async ({ runtime }) => {
  const { version, file } = await findJava(runtime);
  return ok(`${version} (${file})`);
};

export const memory: Check = () => {
  const [available, total] = [availableMemory(), totalmem()];
  const detail = `${formatBytes(available)} available of ${formatBytes(total)}`;
  return available >= 1.5 * GiB
    ? ok(detail)
    : warn(`${detail}; a stack under load takes about 1.5 GiB`, 'Close other programs.');
};

export const disk: Check = ({ runtime, home }) => {
  const places = { home: home.root, cache: cacheFolder(runtime) };
  const free = Object.entries(places).map(([name, path]) => ({ name, path, bytes: freeSpace(path) }));
  const least = free.reduce((a, b) => (b.bytes < a.bytes ? b : a));
  const detail = free.map(({ name, bytes }) => `${formatBytes(bytes)} free for the ${name}`).join(', ');
  const fix = `Make room on the disk of ${least.path}, or choose another: --home DIR, PIPE_CACHE.`;
  if (least.bytes < GiB / 2) return fail(detail, fix);
  return least.bytes < 5 * GiB ? warn(detail, fix) : ok(detail);
};

/** Certificates, retention and event times go by the clock; one that was never set is years off. */
export const clock: Check = ({ runtime }) => {
  const now = runtime.clock.now();
  const built = Date.UTC(2026, 0, 1);
  const detail = new Date(now).toISOString();
  return now > built
    ? ok(detail)
    : fail(`${detail} lies before this program was written`, 'Set the clock: timedatectl set-ntp true');
};

/** What can be had without swapping, which on Linux is more than what is free. */
function availableMemory(): number {
  try {
    const kib = /^MemAvailable:\s+(\d+) kB$/m.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1];
    return kib ? Number(kib) * 1024 : freemem();
  } catch {
    return freemem();
  }
}

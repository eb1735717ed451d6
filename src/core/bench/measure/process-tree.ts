import { readFileSync } from 'node:fs';

/** Since it began, and at this moment. */
export interface TreeUse {
  cpu_s: number;
  rss_bytes: number;
}

/** Linux counts in hundredths of a second, whatever its own clock. */
const ticksPerSecond = 100;

/** What a process and its descendants use; undefined where the system does not tell (no /proc) or it is gone. */
export function treeUse(pid: number): TreeUse | undefined {
  const own = processUse(pid);
  if (!own) return undefined;
  for (const child of childrenOf(pid)) {
    const use = treeUse(child);
    own.cpu_s += use?.cpu_s ?? 0;
    own.rss_bytes += use?.rss_bytes ?? 0;
  }
  return own;
}

/** With the time of children that have ended: it is their parent's then. */
function processUse(pid: number): TreeUse | undefined {
  const stat = textOf(`/proc/${pid}/stat`);
  const status = textOf(`/proc/${pid}/status`);
  if (stat === undefined || status === undefined) return undefined;
  // The command's name may hold blanks and parentheses, so fields are counted from the last one.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  const rssKiB = Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0);
  return { cpu_s: ticks / ticksPerSecond, rss_bytes: rssKiB * 1024 };
}

function childrenOf(pid: number): number[] {
  const text = textOf(`/proc/${pid}/task/${pid}/children`) ?? '';
  return text
    .split(' ')
    .filter((each) => each !== '')
    .map(Number);
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

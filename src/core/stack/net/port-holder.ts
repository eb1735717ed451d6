import { type ExecFileSyncOptionsWithStringEncoding, execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

export interface PortHolder {
  pid: number;
  command: string;
}

/** The process that listens on a TCP port, as far as this user may see it. */
export function holderOf(port: number): PortHolder | undefined {
  try {
    return process.platform === 'linux' ? holderByProc(port) : holderByLsof(port);
  } catch {
    return undefined;
  }
}

/** "java (pid 4711)" for messages. */
export function describeHolder(port: number): string {
  const holder = holderOf(port);
  return holder ? `${holder.command} (pid ${holder.pid})` : 'another process';
}

function holderByProc(port: number): PortHolder | undefined {
  const inodes = new Set(['/proc/net/tcp', '/proc/net/tcp6'].flatMap((path) => listeningInodes(path, port)));
  if (inodes.size === 0) return undefined;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name)))
    if (socketsOf(pid).some((inode) => inodes.has(inode)))
      return { pid: Number(pid), command: readFileSync(`/proc/${pid}/comm`, 'utf8').trim() };
  return undefined;
}

/** Columns of /proc/net/tcp: local address as hex:port is the second, the state (0A listens) the fourth, the inode the tenth. */
function listeningInodes(path: string, port: number): string[] {
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  let text = '';
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return [];
  }
  return text
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[1]?.endsWith(wanted) && fields[3] === '0A')
    .map((fields) => fields[9]!);
}

/** Empty for processes that this user may not look into, or that just ended. */
function socketsOf(pid: string): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? [];
      } catch {
        return [];
      }
    });
  } catch {
    return [];
  }
}

function holderByLsof(port: number): PortHolder | undefined {
  const options: ExecFileSyncOptionsWithStringEncoding = { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] };
  const lines = execFileSync('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc'], options).split('\n');
  const field = (letter: string) => lines.find((line) => line.startsWith(letter))?.slice(1);
  const pid = Number(field('p'));
  return pid ? { pid, command: field('c') ?? 'a process' } : undefined;
}

import { type ExecFileSyncOptionsWithStringEncoding, execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

export interface ProcessIdentity {
  pid: number;
  /** Differs between two processes that had the same pid, also across a reboot. */
  startTime: string;
}

export type ProcessState = 'running' | 'frozen' | 'gone';

/** The identity of a process that runs, undefined for one that has ended or is only waiting to be reaped. */
export function identify(pid: number): ProcessIdentity | undefined {
  const found = inspect(pid);
  return found && found.state !== 'gone' ? { pid, startTime: found.startTime } : undefined;
}

/** What has become of a process; one that merely inherited its pid does not count. */
export function stateOf({ pid, startTime }: ProcessIdentity): ProcessState {
  const found = inspect(pid);
  return found?.startTime === startTime ? found.state : 'gone';
}

function inspect(pid: number): { startTime: string; state: ProcessState } | undefined {
  return process.platform === 'linux' ? inspectProc(pid) : inspectPs(pid);
}

/** /proc/<pid>/stat: the command's name may hold blanks and parentheses, so fields are counted from the last one. */
function inspectProc(pid: number): { startTime: string; state: ProcessState } | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { startTime: `${bootId()}:${fields[19]}`, state: stateOfLetter(fields[0]!) };
}

function inspectPs(pid: number): { startTime: string; state: ProcessState } | undefined {
  try {
    const options: ExecFileSyncOptionsWithStringEncoding = { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] };
    const line = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], options).trim();
    const [, state, startTime] = /^(\S+)\s+(.+)$/.exec(line) ?? [];
    return state && startTime ? { startTime, state: stateOfLetter(state[0]!) } : undefined;
  } catch {
    return undefined;
  }
}

function stateOfLetter(letter: string): ProcessState {
  if (letter === 'Z' || letter === 'X') return 'gone';
  return letter === 'T' || letter === 't' ? 'frozen' : 'running';
}

let boot: string | undefined;

function bootId(): string {
  boot ??= readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  return boot;
}

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import type { Runtime } from '../../runtime/runtime.js';
import { type Target, type TargetName, trySignal } from './target.js';

export interface Command {
  name: TargetName & ('generator' | 'engine');
  /** The arguments of `pipe`, asked for at each start. */
  args(): string[];
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
  /** Takes what it writes to standard error, one start after the other. */
  logFile: string;
  /** Grows whenever it has done a piece of its work. */
  progress(): number;
}

/** It ended without being told to. */
export interface GaveUp {
  target: TargetName;
  exit: number | null;
  message: string;
}

/** A command of ours that runs until its work is done, and is started again whenever it ends before. */
export interface CommandTarget extends Target {
  /** Resolves to its JSON when it has ended with exit 0 by itself: its work is done. */
  finished: Promise<unknown>;
  /** How often it was started after the first time. */
  restarts: number;
  /** Ends it for good, cleanly, and resolves to its last JSON; undefined where it was not running. */
  end(): Promise<unknown>;
}

const pollMs = 100;
const firstPauseMs = 200;
const longestPauseMs = 2_000;

/**
 * Runs `pipe` with the command's arguments as a supervisor would: where it ends by itself with an error it is started again after a growing pause.
 * It has a process group of its own, so that Ctrl-C reaches this process alone; it goes when this process goes.
 */
export function commandTarget(runtime: Runtime, command: Command, onGaveUp: (how: GaveUp) => void): CommandTarget {
  const { clock } = runtime;
  let child: ChildProcess | undefined;
  let ended: Promise<{ code: number | null; stdout: string }> | undefined;
  /** Its end is wanted: nobody starts it but `start`. */
  let held = false;
  let over = false;
  let starts = 0;
  let pauseMs = firstPauseMs;
  let finish: (answer: unknown) => void = () => undefined;
  const finished = new Promise<unknown>((resolve) => (finish = resolve));

  const signal = (wanted: NodeJS.Signals) => {
    if (child?.pid !== undefined && child.exitCode === null && child.signalCode === null) trySignal(child.pid, wanted);
  };
  process.on('exit', () => signal('SIGKILL'));

  const start = async () => {
    held = false;
    if (over || ended) return;
    const log = openSync(command.logFile, 'a');
    const started = spawn(process.execPath, [join(runtime.packageRoot, 'bin', 'run.js'), ...command.args()], {
      cwd: command.cwd,
      env: command.env,
      detached: true,
      stdio: ['ignore', 'pipe', log],
    });
    closeSync(log);
    child = started;
    starts++;
    let stdout = '';
    let unstarted: Error | undefined;
    // 'close' follows: it is then told and tried again like any other end.
    started.once('error', (error) => (unstarted = error));
    started.stdout!.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    const before = command.progress();
    ended = once(started, 'close').then(([code]) => ({ code: code as number | null, stdout }));
    void ended.then(async ({ code }) => {
      ended = undefined;
      if (held || over) return;
      if (code === 0) {
        over = true;
        finish(answerOf(stdout));
        return;
      }
      if (command.progress() > before) pauseMs = firstPauseMs;
      onGaveUp({ target: command.name, exit: code, message: unstarted?.message ?? messageOf(stdout) });
      await clock.sleep(pauseMs);
      pauseMs = Math.min(longestPauseMs, pauseMs * 2);
      if (!held) await start();
    });
  };
  const endBy = async (wanted: NodeJS.Signals) => {
    held = true;
    const ending = ended;
    signal(wanted);
    return await ending;
  };

  return {
    name: command.name,
    finished,
    get restarts() {
      return Math.max(0, starts - 1);
    },
    async kill() {
      await endBy('SIGKILL');
    },
    freeze: () => signal('SIGSTOP'),
    thaw: () => signal('SIGCONT'),
    async stop() {
      await endBy('SIGTERM');
    },
    start,
    async works(stop) {
      const before = command.progress();
      while (!over && command.progress() <= before) await clock.sleep(pollMs, stop);
    },
    async end() {
      const last = await endBy('SIGTERM');
      over = true;
      return last && answerOf(last.stdout);
    },
  };
}

function answerOf(stdout: string): unknown {
  try {
    return JSON.parse(stdout);
  } catch {
    return undefined;
  }
}

function messageOf(stdout: string): string {
  const answer = answerOf(stdout) as { error?: { message: string } } | undefined;
  return answer?.error?.message ?? 'it ended without a word';
}

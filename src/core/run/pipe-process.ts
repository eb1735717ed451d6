import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { execa } from 'execa';
import { PipeError } from '../runtime/errors.js';
import type { Runtime } from '../runtime/runtime.js';

/** A command of `pipe` as a process of its own, as a user would run it beside others. */
export interface PipeProcess<Answer> {
  pid: number | undefined;
  /** When it has said its first word, or has ended. */
  began: Promise<void>;
  /** Its JSON, however it ended by itself or by a signal. Rejects with what it failed with. */
  ended: Promise<Answer>;
  /** Ends it cleanly, as Ctrl-C does. */
  stop(): Promise<Answer>;
  kill(): void;
}

/**
 * Starts `pipe ARGS --json`. `name` is what it is called in the error when it fails; `onLine` takes what it says on standard error. It goes when
 * this process goes.
 */
export function startPipe<Answer>(
  runtime: Pick<Runtime, 'packageRoot' | 'cwd'>,
  name: string,
  args: readonly string[],
  onLine: (line: string) => void = () => undefined,
): PipeProcess<Answer> {
  const child = execa(
    process.execPath,
    [join(runtime.packageRoot, 'bin', 'run.js'), ...args, '--json'],
    // In a process group of its own: Ctrl-C on a terminal would otherwise reach it beside `stop`, and a second signal ends it at once.
    { reject: false, cwd: runtime.cwd, stdin: 'ignore', detached: true, maxBuffer: 16 << 20 },
  );
  const leave = () => void child.kill('SIGKILL');
  process.once('exit', leave);
  child.once('exit', () => process.off('exit', leave));
  const lines = createInterface({ input: child.stderr }).on('line', onLine);
  const first = new Promise<void>((resolve) => lines.once('line', () => resolve()));
  const ended = child.then(({ stdout }) => answerOf<Answer>(name, stdout));
  // Whoever waits for it hears of it.
  ended.catch(() => undefined);
  return {
    pid: child.pid,
    began: Promise.race([first, ended.then(() => undefined)]),
    ended,
    stop() {
      child.kill('SIGTERM');
      return ended;
    },
    kill: leave,
  };
}

function answerOf<Answer>(name: string, stdout: string): Answer {
  let answer: unknown;
  try {
    answer = JSON.parse(stdout);
  } catch {
    throw new PipeError(`the ${name} ended without an answer: ${stdout.slice(0, 200)}`, {
      code: `${name.toUpperCase()}_ENDED`,
    });
  }
  const { error } = answer as { error?: { code: string; message: string; hint?: string } };
  if (error) throw new PipeError(`the ${name} ended: ${error.message}`, { code: error.code, hint: error.hint });
  return answer as Answer;
}

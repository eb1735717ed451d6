import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { execa } from 'execa';
import type { ProcessReport } from '../run/process/process-pipeline.js';
import { PipeError } from '../runtime/errors.js';
import type { Runtime } from '../runtime/runtime.js';

/** `pipe process` as a process of its own, as a user would run it beside the generator. */
export interface EngineProcess {
  /** Ends it cleanly and answers with its report. Throws what it failed with. */
  stop(): Promise<ProcessReport>;
  kill(): void;
}

/** Resolves when the engine reads the topic; `pipeline` are the flags that say which. */
export async function startEngine(runtime: Runtime, home: string, pipeline: readonly string[]): Promise<EngineProcess> {
  const child = execa(
    process.execPath,
    [join(runtime.packageRoot, 'bin', 'run.js'), 'process', ...pipeline, '--home', home, '--json'],
    // In a process group of its own: Ctrl-C on a terminal would otherwise reach it beside `stop`, and a second signal ends it at once.
    { reject: false, stdin: 'ignore', detached: true, maxBuffer: 16 << 20 },
  );
  const leave = () => void child.kill('SIGKILL');
  process.once('exit', leave);
  child.once('exit', () => process.off('exit', leave));
  const began = new Promise<void>((resolve) => createInterface({ input: child.stderr }).once('line', () => resolve()));
  const early = await Promise.race([began, child]);
  if (early) throw failed(early.stdout);
  return {
    async stop() {
      child.kill('SIGTERM');
      const { stdout } = await child;
      const answer = JSON.parse(stdout) as ProcessReport | { error: unknown };
      if ('error' in answer) throw failed(stdout);
      return answer;
    },
    kill: () => void child.kill('SIGKILL'),
  };
}

function failed(stdout: string): PipeError {
  try {
    const { error } = JSON.parse(stdout) as { error: { code: string; message: string; hint: string } };
    return new PipeError(`the engine ended: ${error.message}`, { code: error.code, hint: error.hint });
  } catch {
    return new PipeError(`the engine ended without an answer: ${stdout.slice(0, 200)}`, { code: 'ENGINE_ENDED' });
  }
}

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

/** Resolves when the engine reads the topic. */
export async function startEngine(runtime: Runtime, home: string, domain: string): Promise<EngineProcess> {
  const child = execa(
    process.execPath,
    [join(runtime.packageRoot, 'bin', 'run.js'), 'process', '--domain', domain, '--home', home, '--json'],
    { reject: false, stdin: 'ignore', cleanup: true, maxBuffer: 16 << 20 },
  );
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

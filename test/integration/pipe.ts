import { join } from 'node:path';
import { execa } from 'execa';

export interface Ran {
  exitCode: number;
  stdout: string;
  stderr: string;
  /** The one JSON document on standard output; throws where there is none. */
  json<T = Record<string, unknown>>(): T;
}

export const binary = join(import.meta.dirname, '../../bin/run.js');

/** Runs the built `pipe` as a user would and answers with what came, whatever the exit code. */
export async function pipe(
  args: readonly string[],
  options: { env?: Record<string, string>; cwd?: string; input?: string } = {},
): Promise<Ran> {
  const result = await execa('node', [binary, ...args], {
    reject: false,
    env: { PIPE_DEBUG: undefined, ...options.env },
    ...(options.cwd ? { cwd: options.cwd } : {}),
    ...(options.input === undefined ? { stdin: 'ignore' as const } : { input: options.input }),
  });
  return {
    exitCode: result.exitCode ?? -1,
    stdout: result.stdout,
    stderr: result.stderr,
    json: () => JSON.parse(result.stdout),
  };
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { messageOf, missingError } from '../../runtime/errors.js';
import { identify, type ProcessIdentity } from './identity.js';

/** A process as a service wants it started. */
export interface ProcessDescription {
  file: string;
  args: readonly string[];
  env: Readonly<Record<string, string | undefined>>;
  cwd: string;
  /** Takes standard output and error; begun anew at each start. */
  outputFile: string;
  /** Another user to run as. */
  owner?: { uid: number; gid: number };
}

export interface SpawnedProcess {
  identity: ProcessIdentity;
  /** How it ended, as soon as it has. */
  ended(): string | undefined;
}

/** Starts a process that outlives this one, in a session of its own. Throws a missing error when it cannot be run. */
export async function spawnDetached(name: string, description: ProcessDescription): Promise<SpawnedProcess> {
  const { file, args, env, cwd, outputFile, owner } = description;
  const output = openSync(outputFile, 'w');
  try {
    const child = spawn(file, args, { env, cwd, detached: true, stdio: ['ignore', output, output], ...owner });
    let ended: string | undefined;
    child.once('exit', (code, signal) => {
      ended = signal ? `was killed by ${signal}` : `ended with code ${code}`;
    });
    if (child.pid === undefined) await once(child, 'spawn');
    child.unref();
    return { identity: identify(child.pid!) ?? { pid: child.pid!, startTime: 'gone' }, ended: () => ended };
  } catch (error) {
    throw missingError(`${name}: cannot run ${file}: ${messageOf(error)}`, 'Run: pipe doctor', 'CANNOT_RUN', error);
  } finally {
    closeSync(output);
  }
}

/** The last lines of a log, for a message about a start that failed. */
export function tailOf(path: string, lines: number): string {
  try {
    return readFileSync(path, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
  } catch {
    return '';
  }
}

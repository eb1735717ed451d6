import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plan } from '../../pipeline/plan.js';
import { headerPath, runFolder } from '../../run/ledger/header.js';
import type { Home } from '../../runtime/home.js';
import type { Command } from './command-target.js';

export interface Load {
  run: string;
  rate: string;
  durationMs: number;
  seed: number;
  /** --domain NAME or --pipeline FILE. */
  select: readonly string[];
}

/** `pipe generate`, and once its run is on file `pipe generate --resume`: the same run is gone on with, whatever ended the process. */
export function generatorCommand(
  home: Home,
  plan: Plan,
  { run, rate, durationMs, seed, select }: Load,
): Pick<Command, 'name' | 'args' | 'progress'> {
  const folder = runFolder(home, plan.name, run);
  const first = ['--rate', rate, '--duration', `${durationMs}ms`, '--seed', String(seed)];
  return {
    name: 'generator',
    args: () => ['generate', ...select, '--run', run, ...(existsSync(headerPath(folder)) ? ['--resume'] : first)],
    progress: () => acknowledged(join(folder, 'acks.ndjson')),
  };
}

/** Where the ledger's last acknowledgement stands in its file: it grows by each. */
function acknowledged(path: string): number {
  return existsSync(path) ? readFileSync(path, 'latin1').lastIndexOf('{"acked"') : -1;
}

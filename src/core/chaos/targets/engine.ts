import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plan } from '../../pipeline/plan.js';
import { engineFolder } from '../../run/process/open.js';
import type { Home } from '../../runtime/home.js';
import type { Command } from './command-target.js';

/** `pipe process`, which goes on where it stood. */
export function engineCommand(
  home: Home,
  plan: Plan,
  select: readonly string[],
): Pick<Command, 'name' | 'args' | 'progress'> {
  return {
    name: 'engine',
    args: () => ['process', ...select],
    progress: () => storedBlocks(engineFolder(home, plan)),
  };
}

/** The highest number among the blocks that the intent logs call done. A log may go while it is looked at: the next look sees what took its place. */
function storedBlocks(folder: string): number {
  if (!existsSync(folder)) return 0;
  let highest = 0;
  for (const name of readdirSync(folder).filter((each) => each.endsWith('.intents')))
    for (const [, number] of textOf(join(folder, name)).matchAll(/^\{"done":(\d+)\}$/gm))
      highest = Math.max(highest, Number(number));
  return highest;
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

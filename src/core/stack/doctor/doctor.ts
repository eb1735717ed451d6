import { messageOf, PipeError } from '../../runtime/errors.js';
import { type Check, type CheckContext, type Finding, fail } from './check.js';
import { clock, disk, java, memory, node } from './machine.js';
import { cache, clickhouse, postgresql } from './parts.js';
import { home, leftovers, ports, project, running } from './state.js';

/** Every check, in the order in which it is shown: what later ones build on comes first. */
const checks: Record<string, Check> = {
  node,
  java,
  memory,
  disk,
  clock,
  project,
  home,
  cache,
  postgresql,
  clickhouse,
  ports,
  services: running,
  leftovers,
};

export interface Diagnosis {
  checks: ({ check: string } & Finding)[];
}

/** Looks at everything that a stack needs, whatever is wrong; changes nothing. */
export async function diagnose(context: CheckContext): Promise<Diagnosis> {
  const found = Object.entries(checks).map(async ([check, look]) => ({ check, ...(await finding(look, context)) }));
  return { checks: await Promise.all(found) };
}

async function finding(look: Check, context: CheckContext): Promise<Finding> {
  try {
    return await look(context);
  } catch (error) {
    const hint = error instanceof PipeError ? error.hint : undefined;
    return fail(messageOf(error), hint ?? 'Run again with --debug.');
  }
}

import type { Plan } from '../pipeline/plan.js';
import { missingError } from '../runtime/errors.js';
import type { Home } from '../runtime/home.js';
import type { Runtime } from '../runtime/runtime.js';
import type { CoreEndpoints } from '../stack/services/service.js';
import { resolveEndpoints, stackStatus } from '../stack/stack.js';
import { engineRuns } from './process/open.js';

/**
 * The endpoints of a stack on which a command may run an engine of its own. Throws missing errors: a service is not ready, or the pipeline's engine
 * runs already; `why` says what the command would do to it.
 */
export async function readyStack(
  runtime: Runtime,
  home: Home,
  plan: Plan,
  { profile, why }: { profile?: string; why: string },
): Promise<CoreEndpoints> {
  const endpoints = await resolveEndpoints(runtime, home, profile);
  const { services } = await stackStatus(runtime, home, profile);
  const absent = services.filter(({ state }) => state !== 'ready').map(({ name, state }) => `${name} is ${state}`);
  if (absent.length > 0)
    throw missingError(
      `the stack ${profile === undefined ? `in ${home.root}` : `of the profile ${profile}`} is not ready: ${absent.join(', ')}`,
      'Run: pipe up',
    );
  if (engineRuns(home, plan))
    throw missingError(
      `an engine for the pipeline ${plan.name} is running already`,
      `Stop it first: ${why}`,
      'ENGINE_RUNNING',
    );
  return endpoints;
}

import type { Plan } from '../pipeline/plan.js';
import { usageError } from '../runtime/errors.js';
import type { Runtime } from '../runtime/runtime.js';
import { findPipeline, shippedPipelines } from './pipeline-source.js';

/** Those that ship, then the user's own. Throws a usage error where two have one name. */
export function allPlans(runtime: Pick<Runtime, 'packageRoot' | 'cwd' | 'env'>, files: readonly string[]): Plan[] {
  const plans = [
    ...shippedPipelines(runtime).map((domain) => findPipeline(runtime, { domain })),
    ...files.map((pipeline) => findPipeline(runtime, { pipeline })),
  ];
  for (const plan of plans) {
    const other = plans.find(({ name, source }) => name === plan.name && source !== plan.source);
    if (other)
      throw usageError(`${other.source} and ${plan.source} are both named "${plan.name}"`, 'Rename one of them.');
  }
  return [...new Map(plans.map((plan) => [plan.name, plan])).values()];
}

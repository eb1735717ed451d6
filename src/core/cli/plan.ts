import type { Plan } from '../pipeline/plan.js';
import { findPipeline, type PipelineChoice } from '../run/pipeline-source.js';
import type { Runtime } from '../runtime/runtime.js';

/** As findPipeline, for callers that await it. */
export async function planOf(runtime: Pick<Runtime, 'packageRoot' | 'cwd'>, choice: PipelineChoice): Promise<Plan> {
  return findPipeline(runtime, choice);
}

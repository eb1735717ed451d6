import { parseYamlDocument } from '../runtime/yaml-file.js';
import type { Plan } from './plan.js';
import { Problems } from './resolve/problems.js';
import { resolvePlan } from './resolve/resolve.js';
import { pipelineSchema } from './schema.js';

/**
 * The plan of a pipeline file's text; `source` stands before the line in messages. Throws one usage error that lists every problem as
 * `source:line: message`: first those of syntax, then those of form, then those of meaning.
 */
export function loadPipeline(text: string, source: string): Plan {
  const { value, lineOf } = parseYamlDocument(text, source, pipelineSchema);
  const problems = new Problems(source, lineOf);
  const plan = resolvePlan(value, source, problems);
  problems.throwIfAny();
  return plan;
}

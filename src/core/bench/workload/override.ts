import { parseGenerateFlags } from '../../run/generate/options.js';
import { usageError } from '../../runtime/errors.js';
import { parseDuration } from '../../runtime/units.js';
import { parseThreshold } from '../thresholds/threshold.js';
import type { Workload } from './schema.js';

/** The flags of `bench` that say something else than the workload; absent where the user left them out. */
export interface WorkloadFlags {
  domain?: string;
  pipeline?: string;
  rate?: string;
  duration?: string;
  warmup?: string;
  threshold?: readonly string[];
}

/** The workload with what flags say in the place of what it says. Throws a usage error that names the flag. */
export function overrideWorkload(workload: Workload, flags: WorkloadFlags): Workload {
  const { rate, duration, warmup, threshold } = flags;
  if (workload.steps && (rate ?? duration) !== undefined)
    throw usageError(
      `--${rate === undefined ? 'duration' : 'rate'}: the workload ${workload.name} has steps, which say how fast and how long`,
      'Leave the flag out, or take a workload with a rate.',
    );
  for (const expression of threshold ?? []) parseThreshold(expression);
  return {
    ...workload,
    ...pipelineOf(workload, flags),
    ...(rate === undefined ? {} : { rate: parseGenerateFlags({ rate }).rate }),
    ...(duration === undefined ? {} : { duration_s: seconds('--duration', duration, 1) }),
    ...(warmup === undefined ? {} : { warmup_s: seconds('--warmup', warmup, 0) }),
    ...(threshold === undefined || threshold.length === 0
      ? {}
      : {
          thresholds: threshold.map((expression) => ({
            expression: expression.replaceAll(/\s/g, ''),
            abort_on_fail: false,
            abort_after_s: 0,
          })),
        }),
  };
}

function pipelineOf({ domain, pipeline }: Workload, flags: WorkloadFlags): Pick<Workload, 'domain' | 'pipeline'> {
  if (flags.domain !== undefined) return { domain: flags.domain, pipeline: undefined };
  if (flags.pipeline !== undefined) return { pipeline: flags.pipeline, domain: undefined };
  return { domain, pipeline };
}

function seconds(flag: string, text: string, least: number): number {
  const value = parseDuration(text) / 1000;
  if (value < least) throw usageError(`${flag}: expected ${least}s or more, got "${text}"`);
  return value;
}

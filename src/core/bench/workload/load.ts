import { dirname, resolve } from 'node:path';
import { messageOf } from '../../runtime/errors.js';
import { parseYamlDocument, type YamlDocument, yamlError } from '../../runtime/yaml-file.js';
import { defaultThresholds, parseThreshold } from '../thresholds/threshold.js';
import { type WorkloadFile, workloadFileSchema } from './file.js';
import type { ThresholdSetting, Workload } from './schema.js';

const defaultRate = 10_000;
const defaultDurationMs = 60_000;

/** What `pipe bench` runs without a workload. */
export function defaultWorkload(): Workload {
  return resolveWorkload(workloadFileSchema.parse({ workload: 'default', version: 1 }), '.');
}

/** A workload file's text. `shown` stands before the line in messages; the pipeline's path is relative to `path`. */
export function loadWorkload(text: string, shown: string, path: string): Workload {
  const document = parseYamlDocument(text, shown, workloadFileSchema);
  checkThresholds(document, shown);
  return resolveWorkload(document.value, dirname(path));
}

function resolveWorkload(file: WorkloadFile, folder: string): Workload {
  const { steps, queries, distortions } = file;
  const names = queries.names ?? null;
  const durationMs = steps ? sum(steps.map((step) => step.duration)) : (file.duration ?? defaultDurationMs);
  return {
    name: file.workload,
    description: file.description,
    ...(file.domain === undefined ? {} : { domain: file.domain }),
    ...(file.pipeline === undefined ? {} : { pipeline: resolve(folder, file.pipeline) }),
    rate: steps ? sum(steps.map((step) => step.rate * step.duration)) / durationMs : (file.rate ?? defaultRate),
    ...(steps ? { steps: steps.map((step) => ({ rate: step.rate, duration_s: step.duration / 1000 })) } : {}),
    arrival: file.arrival ?? 'constant',
    skew: file.skew,
    distortions,
    duration_s: durationMs / 1000,
    warmup_s: file.warmup / 1000,
    queries: { names, interval_s: queries.interval / 1000 },
    thresholds: file.thresholds ? settingsOf(file.thresholds) : defaultSettings(names === null || names.length > 0),
  };
}

/** The default objectives; that of queries only where some are asked. */
function defaultSettings(asks: boolean): ThresholdSetting[] {
  return defaultThresholds
    .filter((expression) => asks || !expression.startsWith('query_ms'))
    .map((expression) => ({ expression, abort_on_fail: false, abort_after_s: 0 }));
}

function settingsOf(thresholds: NonNullable<WorkloadFile['thresholds']>): ThresholdSetting[] {
  return Object.entries(thresholds).flatMap(([metric, conditions]) =>
    conditions.map(({ threshold, abort_on_fail, delay_abort_eval }) => ({
      expression: `${metric}:${threshold.replaceAll(/\s/g, '')}`,
      abort_on_fail,
      abort_after_s: delay_abort_eval / 1000,
    })),
  );
}

function checkThresholds({ value, lineOf }: YamlDocument<WorkloadFile>, shown: string): void {
  const problems = Object.entries(value.thresholds ?? {}).flatMap(([metric, conditions]) =>
    conditions.flatMap(({ threshold }, index) => {
      try {
        parseThreshold(`${metric}:${threshold}`);
        return [];
      } catch (error) {
        return [{ line: lineOf(['thresholds', metric, index]), message: messageOf(error) }];
      }
    }),
  );
  if (problems.length > 0) throw yamlError(shown, problems);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

import type { BenchRecord } from '../record.js';

/** A setting that is not the same on both sides, or not within one. */
export interface Deviation {
  setting: string;
  a: string;
  b: string;
}

/** What is compared usually differs in its commit; that, time and load are the runs' own. */
const ownOfRuns =
  /^(environment\.(commit|dirty|load|seed|event_bytes_mean|records_per_batch_mean)|workload\.(name|description|thresholds).*)$/;

export function deviations(a: readonly BenchRecord[], b: readonly BenchRecord[]): Deviation[] {
  const [before, after] = [settings(a), settings(b)];
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((setting) => !ownOfRuns.test(setting))
    .map((setting) => ({ setting, a: before.get(setting) ?? 'none', b: after.get(setting) ?? 'none' }))
    .filter(({ a, b }) => a !== b);
}

/** By dotted path; several values where runs of one side differ. */
function settings(records: readonly BenchRecord[]): Map<string, string> {
  const values = new Map<string, Set<string>>();
  for (const { environment, workload } of records)
    for (const [path, value] of leaves({ environment, workload }, '')) {
      const known = values.get(path);
      if (known) known.add(value);
      else values.set(path, new Set([value]));
    }
  return new Map([...values].map(([path, found]) => [path, [...found].sort().join(', ')]));
}

function leaves(value: unknown, path: string): [string, string][] {
  if (value === null || typeof value !== 'object' || Array.isArray(value))
    return [[path, JSON.stringify(value) ?? 'none']];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, path ? `${path}.${key}` : key));
}

import type { PartitionCounts } from '../../process/engine.js';
import { type FaultReason, noVerdicts, type VerdictCounts } from '../../process/verdict.js';

/** Dead letters by reason, of those that there were any of. */
export type ReasonCounts = Partial<Record<FaultReason, number>>;

/** Of all partitions, what was counted after `before`. */
export function totals(partitions: readonly VerdictCounts[], before: VerdictCounts = noVerdicts()): VerdictCounts {
  const sum = noVerdicts();
  for (const name of Object.keys(sum) as (keyof VerdictCounts)[])
    sum[name] = partitions.reduce((total, counts) => total + counts[name], -before[name]);
  return sum;
}

/** As `totals`. */
export function reasonsOf(partitions: readonly PartitionCounts[], before: ReasonCounts = {}): ReasonCounts {
  const known = new Set(partitions.flatMap(({ reasons }) => Object.keys(reasons) as FaultReason[]));
  const counts = [...known].map((reason) => {
    const total = partitions.reduce((sum, { reasons }) => sum + (reasons[reason] ?? 0), -(before[reason] ?? 0));
    return [reason, total] as const;
  });
  return Object.fromEntries(counts.filter(([, total]) => total > 0));
}

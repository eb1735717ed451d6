import type { GenerateSummary } from '../run/generate/summary.js';
import type { ProcessReport } from '../run/process/process-report.js';
import type { VerifyReport } from '../verify/report.js';
import type { FaultName } from './faults/registry.js';
import type { GaveUp } from './targets/command-target.js';
import type { TargetName } from './targets/target.js';

export interface FaultReport {
  /** Seconds after the load began, when it struck. */
  at_s: number;
  target: TargetName;
  fault: FaultName;
  /** From strike to heal. */
  lasted_ms: number;
  /** From the strike until the target, and what depends on it, was at work again; null when the run ended before. */
  recovered_ms: number | null;
}

export interface ChaosReport {
  /** As verify's; false too when the run was stopped before it could be verified. */
  ok: boolean;
  domain: string;
  seed: number;
  faults: FaultReport[];
  /** Times that generator and engine ended by themselves for a service that was away as they started, or for worse. */
  gave_up: (GaveUp & { at_s: number })[];
  totals: {
    faults: Partial<Record<FaultName, number>>;
    restarts: { generator: number; engine: number };
    recovered_ms: { median: number | null; max: number | null };
    duration_s: number;
  };
  /** Of the generator's last process; null when it was stopped. */
  generate: GenerateSummary | null;
  /** Of the last run, which caught up with what was left. */
  process: ProcessReport | null;
  /** Null when the run was stopped before. */
  verify: VerifyReport | null;
}

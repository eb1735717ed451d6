import type { Plan } from '../../pipeline/plan.js';
import type { EngineReportLine } from '../../run/process/engine-report.js';
import type { Runtime } from '../../runtime/runtime.js';
import type { BenchStack } from './stack.js';

/** What a rig's parts work on. */
export interface RigParts {
  runtime: Runtime;
  plan: Plan;
  stack: BenchStack;
  /** --domain NAME or --pipeline FILE. */
  select: readonly string[];
  /** For reports. */
  folder: string;
  engine: EngineWatch;
}

/** The engine's process and what it has told so far. */
export interface EngineWatch {
  /** New lines of its report. Throws what it failed with when it has ended by itself. */
  read(): EngineReportLine[];
  /** Where its counts stood in the last line. */
  readonly counts: { consumed: number; stored: number };
}

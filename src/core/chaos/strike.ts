import { PipeError } from '../runtime/errors.js';
import type { Runtime } from '../runtime/runtime.js';
import type { Victim } from './faults/fault.js';
import { faults } from './faults/registry.js';
import type { FaultReport } from './report.js';
import type { ScheduledFault } from './schedule.js';
import type { Target, TargetName } from './targets/target.js';

export type Victims = Readonly<Record<TargetName, Victim>>;

/** What is no longer at work when a target is not. */
const dependents: Readonly<Record<TargetName, readonly TargetName[]>> = {
  generator: [],
  engine: [],
  kafka: ['generator', 'engine'],
  clickhouse: ['engine'],
  postgres: [],
};

export interface StrikeEvents {
  struck(fault: FaultReport): void;
  recovered(fault: FaultReport): void;
}

/**
 * Carries a schedule out. Faults of one target wait for each other, those of different targets overlap. Resolves when all have struck and are
 * healed, also when `signal` aborted before the last; `recoveries` are still looked for then, until their own signal aborts.
 */
export async function carryOut(
  { clock }: Pick<Runtime, 'clock'>,
  schedule: readonly ScheduledFault[],
  {
    victims,
    signal,
    stopLooking,
    events,
  }: { victims: Victims; signal: AbortSignal; stopLooking: AbortSignal; events: StrikeEvents },
): Promise<{ faults: FaultReport[]; recoveries: Promise<unknown> }> {
  const begun = clock.monotonic();
  const since = () => clock.monotonic() - begun;
  const struck: FaultReport[] = [];
  const recoveries: Promise<void>[] = [];
  const busy = new Map<TargetName, Promise<void>>();
  const failures: unknown[] = [];

  for (const planned of schedule) {
    await pause(planned.atMs - since());
    if (signal.aborted || failures.length > 0) break;
    const before = busy.get(planned.target) ?? Promise.resolve();
    busy.set(
      planned.target,
      before.then(() => befall(planned)).catch((error: unknown) => void failures.push(error)),
    );
  }
  await Promise.all(busy.values());
  if (failures.length > 0) throw failures[0];
  return { faults: struck, recoveries: Promise.all(recoveries) };

  async function befall({ target, fault, lastsMs }: ScheduledFault): Promise<void> {
    if (signal.aborted) return;
    const victim = victims[target];
    const { strike, heal } = faults[fault];
    const at = since();
    const report: FaultReport = { at_s: seconds(at), target, fault, lasted_ms: 0, recovered_ms: null };
    struck.push(report);
    events.struck(report);
    try {
      await strike(victim);
      await pause(lastsMs);
    } finally {
      await heal(victim);
    }
    report.lasted_ms = Math.round(since() - at);
    recoveries.push(recovery(report, at));
  }

  async function recovery(report: FaultReport, at: number): Promise<void> {
    const concerned: readonly Target[] = [report.target, ...dependents[report.target]].map(
      (name) => victims[name].target,
    );
    try {
      await Promise.all(concerned.map((target) => target.works(stopLooking)));
      report.recovered_ms = Math.round(since() - at);
      events.recovered(report);
    } catch (error) {
      if (error instanceof PipeError || !stopLooking.aborted) throw error;
    }
  }

  function pause(ms: number): Promise<void> {
    return ms > 0 ? clock.sleep(ms, signal).catch(() => undefined) : Promise.resolve();
  }
}

function seconds(ms: number): number {
  return Math.round(ms / 100) / 10;
}

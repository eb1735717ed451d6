import type { ChaosReport, FaultReport } from '../chaos/report.js';
import { verifySummary } from './present-verify.js';
import { table } from './table.js';

/** "+12.3 s  clickhouse killed". */
export function strikeLine({ at_s, target }: FaultReport, done: string): string {
  return `${clock(at_s)} ${target.padEnd(10)} ${done}`;
}

export function recoveryLine({ at_s, target, fault, recovered_ms }: FaultReport): string {
  return `${clock(at_s + recovered_ms! / 1000)} ${target.padEnd(10)} works again, ${span(recovered_ms)} after the ${fault}`;
}

export function gaveUpLine({ at_s, target, message }: ChaosReport['gave_up'][number]): string {
  return `${clock(at_s)} ${target.padEnd(10)} ended by itself and is started again: ${message.split('\n')[0]}`;
}

/** The schedule as it happened, then the verdict. */
export function chaosSummary(report: ChaosReport): string {
  const { totals, seed, verify } = report;
  const { restarts, recovered_ms: recovered } = totals;
  return [
    table(
      ['at', 'target', 'fault', 'lasted', 'recovered after'],
      report.faults.map((fault) => [
        clock(fault.at_s).trim(),
        fault.target,
        fault.fault,
        span(fault.lasted_ms),
        span(fault.recovered_ms),
      ]),
    ),
    '',
    `seed ${seed}; recovered after ${span(recovered.median)} at the median, ${span(recovered.max)} at most; the generator was started ${restarts.generator} times again, the engine ${restarts.engine} times`,
    '',
    verify ? verifySummary(verify) : 'stopped before it was verified: pipe process --until-caught-up, then pipe verify',
  ].join('\n');
}

function clock(seconds: number): string {
  return `+${seconds.toFixed(1)} s`.padStart(9);
}

function span(ms: number | null): string {
  return ms === null ? '-' : `${(ms / 1000).toFixed(1)} s`;
}

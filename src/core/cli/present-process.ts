import type { ProcessProgress } from '../run/process/process-options.js';
import type { ProcessReport } from '../run/process/process-report.js';
import type { Runtime } from '../runtime/runtime.js';
import { alertsTable } from './alerts-table.js';
import { rate, whole } from './numbers.js';
import { table } from './table.js';

const intervalMs = 5_000;

/** A line to standard error every five seconds. */
export function processProgress(runtime: Runtime): (progress: ProcessProgress) => void {
  let lastMs = 0;
  let lastConsumed = 0;
  return ({ consumed, left, elapsedMs }) => {
    if (elapsedMs - lastMs < intervalMs) return;
    const perSecond = ((consumed - lastConsumed) * 1000) / (elapsedMs - lastMs);
    runtime.note(
      `processed ${whole(consumed)} events, ${rate(perSecond)}${left > 0 ? `, ${whole(left)} to catch up` : ''}`,
    );
    lastMs = elapsedMs;
    lastConsumed = consumed;
  };
}

export function processSummary(report: ProcessReport): string {
  const { latency_ms: latency } = report;
  return [
    `processed ${whole(report.consumed)} events in ${report.duration_s.toFixed(1)} s (${rate(report.events_per_s)}), ${whole(report.windows_emitted)} window rows and ${whole(report.alerts)} alerts stored`,
    '',
    table(
      ['aggregated', 'late', 'duplicates', 'dead letters'],
      [[report.aggregated, report.late, report.duplicates, report.dead_letters].map(whole)],
    ),
    '',
    ...newestAlerts(report),
    'latency in ms, intended send to stored row',
    table(
      ['count', 'p50', 'p90', 'p99', 'p99.9', 'max'],
      [
        [
          whole(latency.count),
          ...[latency.p50, latency.p90, latency.p99, latency.p999, latency.max].map((ms) =>
            latency.count === 0 ? null : ms.toFixed(1),
          ),
        ],
      ],
    ),
  ].join('\n');
}

/** Nothing when there are none. */
export function newestAlerts({ newest_alerts: newest }: Pick<ProcessReport, 'newest_alerts'>): string[] {
  return newest.length === 0 ? [] : ['newest alerts', alertsTable(newest), ''];
}

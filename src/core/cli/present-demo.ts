import type { DemoReport } from '../demo/demo.js';
import { nextSteps } from './next-steps.js';
import { rate, whole } from './numbers.js';
import { newestAlerts } from './present-process.js';
import { verifySummary } from './present-verify.js';
import { table } from './table.js';
import { windowsTable } from './windows-table.js';

/** `file` is the pipeline's, when it is not a shipped one. Tables of the newest windows, the verdict, rates and latencies, and where to go next. */
export function demoSummary(report: DemoReport, file: string | undefined, kept: boolean): string {
  const { generate, process, latency_ms: latency } = report;
  const windows = Object.entries(report.newest).flatMap(([name, rows]) => [
    `newest windows of ${name}`,
    windowsTable(rows),
    '',
  ]);
  return [
    ...windows,
    ...newestAlerts(process),
    'verify',
    verifySummary(report.verify),
    '',
    table(
      ['', 'events', 'rate', 'behind schedule p99'],
      [
        [
          'generated',
          whole(generate.acked),
          rate(generate.rate.achieved),
          `${generate.schedule_lag_ms.p99?.toFixed(1) ?? '-'} ms`,
        ],
        ['processed', whole(process.consumed), rate(process.events_per_s), '-'],
      ],
    ),
    '',
    'latency in ms, intended send to stored row',
    table(
      ['p50', 'p90', 'p95', 'p99', 'p99.9', 'max'],
      [[latency.p50, latency.p90, latency.p95, latency.p99, latency.p999, latency.max].map((ms) => ms.toFixed(1))],
    ),
    '',
    next(report, file, kept),
  ].join('\n');
}

function next({ home, generate: { domain } }: DemoReport, file: string | undefined, kept: boolean): string {
  const which = file === undefined ? `--domain ${domain}` : `--pipeline ${file}`;
  if (kept)
    return nextSteps(`It runs on in ${home}. Next:`, [
      [`export PIPE_HOME=${home}`, ''],
      [`pipe query ${which} --list`, 'what can be asked'],
      [`pipe generate ${which} --rate 10000`, 'more events'],
      [`pipe process ${which} --until-caught-up`, 'and their windows'],
      ['pipe down --purge', 'stop it and remove the data'],
    ]);
  return nextSteps('Nothing of it is left. Next:', [
    ['pipe up', 'a stack that stays'],
    [`pipe generate ${which} --rate 10000`, 'events into Kafka'],
    [`pipe process ${which} --until-caught-up`, 'windows into ClickHouse'],
    ['pipe init my', 'a pipeline file of your own'],
  ]);
}

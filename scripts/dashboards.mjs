/** Writes monitoring/grafana/dashboards: `node scripts/dashboards.mjs [FOLDER]`. A test compares what it writes with what is committed. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = process.argv[2] ?? fileURLToPath(new URL('../monitoring/grafana/dashboards', import.meta.url));
const datasource = { type: 'prometheus', uid: 'prometheus' };

/** A time series; `queries` are pairs of expression and legend. Two stand side by side. */
const panel = (title, unit, ...queries) => ({
  type: 'timeseries',
  title,
  datasource,
  fieldConfig: {
    defaults: { unit, min: 0, custom: { lineWidth: 1, fillOpacity: 8, showPoints: 'never' } },
    overrides: [],
  },
  options: { legend: { displayMode: 'list', placement: 'bottom' }, tooltip: { mode: 'multi' } },
  targets: queries.map(([expr, legendFormat], index) => ({
    refId: String.fromCharCode(65 + index),
    datasource,
    expr,
    legendFormat,
  })),
});

const quantile = (q, of) =>
  `histogram_quantile(${q}, sum by (le, pipeline) (rate(pipe_engine_e2e_latency_seconds_bucket${of}[1m])))`;

/** What is to be seen of the pipelines that the label matcher `of` chooses. */
const ofPipelines = (of) => [
  panel(
    'Records in and out',
    'cps',
    [`sum by (pipeline) (rate(pipe_generator_acked_records_total${of}[1m]))`, '{{pipeline}} acknowledged'],
    [`sum by (pipeline) (rate(pipe_engine_records_total${of}[1m]))`, '{{pipeline}} judged'],
  ),
  panel('Lag by partition', 'short', [`pipe_engine_lag_records${of}`, '{{pipeline}} {{partition}}']),
  panel(
    'End to end: intended send to stored row',
    's',
    [quantile(0.5, of), '{{pipeline}} p50'],
    [quantile(0.99, of), '{{pipeline}} p99'],
  ),
  panel('Watermark behind the clock', 's', [`time() - pipe_engine_watermark_timestamp_seconds${of}`, '{{pipeline}}']),
  panel('Verdicts', 'cps', [
    `sum by (pipeline, verdict) (rate(pipe_engine_records_total${of}[1m]))`,
    '{{pipeline}} {{verdict}}',
  ]),
  panel('Dead letters, share of five minutes', 'percentunit', [
    `pipeline:pipe_engine_dead_letters:ratio_rate5m${of}`,
    '{{pipeline}}',
  ]),
  panel('Window rows', 'cps', [`sum by (pipeline) (rate(pipe_engine_windows_total${of}[1m]))`, '{{pipeline}}']),
  panel('Alerts raised a minute', 'short', [
    `sum by (pipeline) (rate(pipe_engine_alerts_total${of}[1m])) * 60`,
    '{{pipeline}}',
  ]),
];

const ofProcesses = [
  panel('Answers (1) or not (0)', 'short', ['up', '{{job}} {{pipeline}}']),
  panel('Cores', 'short', ['rate(pipe_process_cpu_seconds_total[1m])', '{{job}} {{pipeline}}']),
  panel('Memory', 'bytes', ['pipe_process_resident_memory_bytes', '{{job}} {{pipeline}}']),
  panel('Event loop, p99 of its delay', 's', ['pipe_nodejs_eventloop_lag_p99_seconds', '{{job}} {{pipeline}}']),
  panel('Open files', 'short', ['pipe_process_open_fds', '{{job}} {{pipeline}}']),
  panel('Garbage collection, share of time', 'percentunit', [
    'sum by (job, pipeline) (rate(pipe_nodejs_gc_duration_seconds_sum[1m]))',
    '{{job}} {{pipeline}}',
  ]),
  panel('Age of the newest checkpoint', 's', ['time() - pipe_engine_checkpoint_timestamp_seconds', '{{pipeline}}']),
  panel('Stood still for it', 's', ['pipe_engine_checkpoint_duration_seconds', '{{pipeline}}']),
  panel('Written for it', 'bytes', ['pipe_engine_checkpoint_bytes', '{{pipeline}}']),
  panel('ClickHouse: statements at work', 'short', ['pipe_clickhouse_running_statements', 'statements']),
  panel('Room on the disk', 'bytes', ['min(pipe_home_available_bytes)', 'home']),
];

const chosen = {
  name: 'pipeline',
  label: 'Pipeline',
  type: 'query',
  datasource,
  query: 'label_values(pipe_engine_records_total, pipeline)',
  refresh: 2,
  includeAll: true,
  multi: true,
  current: { text: 'All', value: '$__all' },
};

const dashboards = [
  dashboard('system_health', 'System health', ofProcesses),
  dashboard('pipeline_metrics', 'Pipelines', ofPipelines('{pipeline=~"$pipeline"}'), [chosen]),
  ...['ecommerce', 'iot', 'saas', 'finance'].map((name) =>
    dashboard(`pipeline_${name}`, `Pipeline ${name}`, ofPipelines(`{pipeline="${name}"}`)),
  ),
];

function dashboard(uid, title, panels, variables = []) {
  return {
    uid,
    title,
    tags: ['pipe'],
    schemaVersion: 39,
    timezone: 'utc',
    refresh: '5s',
    time: { from: 'now-15m', to: 'now' },
    templating: { list: variables },
    panels: panels.map((each, index) => ({
      id: index + 1,
      gridPos: { x: 12 * (index % 2), y: 8 * Math.floor(index / 2), w: 12, h: 8 },
      ...each,
    })),
  };
}

mkdirSync(folder, { recursive: true });
for (const each of dashboards) writeFileSync(join(folder, `${each.uid}.json`), `${JSON.stringify(each, null, 1)}\n`);

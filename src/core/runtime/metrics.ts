export interface MetricDefinition {
  type: 'counter' | 'gauge' | 'histogram';
  help: string;
  labels: readonly string[];
}

/**
 * Every metric there is, by name: base units, `_total` for counters, which begin at 0 with the process. Each but ClickHouse's also has the label `pipeline`;
 * none has a key's or a user's. Node's own figures of the process come beside them, `pipe_process_*` and `pipe_nodejs_*`.
 */
export const metrics = {
  pipe_generator_sent_records_total: counter('Records handed to the producer.'),
  pipe_generator_acked_records_total: counter('Records that Kafka has acknowledged.'),
  pipe_generator_schedule_lag_seconds: histogram(
    'How long after it was due each record was handed to the producer; none with a rate of max, which has no schedule.',
  ),
  pipe_engine_records_total: counter(
    'Records that the engine has judged and, where a row follows from them, stored: aggregated, late, duplicate or dead_letter.',
    'verdict',
  ),
  pipe_engine_dead_letters_total: counter('Records that cannot be used, by what is wrong with them.', 'reason'),
  pipe_engine_windows_total: counter('Window rows stored, revisions included.'),
  pipe_engine_alerts_total: counter('Alerts raised by detectors.'),
  pipe_engine_watermark_timestamp_seconds: gauge(
    'Event time that the engine considers complete; absent before the first event.',
  ),
  pipe_engine_lag_records: gauge(
    'Records in the topic that no block has yet; absent while the broker is away.',
    'partition',
  ),
  pipe_engine_checkpoint_timestamp_seconds: gauge('When the newest checkpoint was written.'),
  pipe_engine_checkpoint_duration_seconds: gauge('How long the engine stood still for it.'),
  pipe_engine_checkpoint_bytes: gauge(
    'Written for the newest checkpoint: the state of engine and detectors, and of event ids those that are new.',
  ),
  pipe_engine_e2e_latency_seconds: histogram(
    'From the intended send time until ClickHouse has acknowledged the raw row, of every row.',
  ),
  pipe_engine_insert_latency_seconds: histogram(
    'From the beginning of an insert of raw rows until ClickHouse has acknowledged it.',
  ),
  pipe_engine_state_bytes: gauge(
    'State in memory, without strings: windows, deduplication (event ids) and detectors (an estimate).',
    'part',
  ),
  pipe_home_available_bytes: gauge('Room on the disk that holds the home.'),
  pipe_clickhouse_running_statements: gauge('Statements that the local ClickHouse server works on.'),
  pipe_api_request_duration_seconds: histogram(
    'Requests that pipe serve has answered, by the path as the OpenAPI document has it.',
    'route',
    'status',
  ),
  pipe_service_up: gauge('Whether a service of the stack answers, as pipe serve finds it.', 'service'),
} satisfies Record<string, MetricDefinition>;

export type MetricName = keyof typeof metrics;

/** Upper edges, in seconds: around the objectives, a quarter of a second to five. */
export const latencyBuckets = [0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60] as const;

function counter(help: string, ...labels: string[]): MetricDefinition {
  return { type: 'counter', help, labels };
}

function gauge(help: string, ...labels: string[]): MetricDefinition {
  return { type: 'gauge', help, labels };
}

function histogram(help: string, ...labels: string[]): MetricDefinition {
  return { type: 'histogram', help, labels };
}

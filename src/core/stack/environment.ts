import type { Endpoints } from './endpoints.js';

/** The environment variables by which other programs reach what runs. */
export function environmentOf({ kafka, clickhouse, postgres, prometheus }: Endpoints): Record<string, string> {
  return {
    ...(kafka && { KAFKA_BROKERS: kafka.brokers.join(',') }),
    ...(clickhouse && {
      CLICKHOUSE_URL: clickhouse.url,
      CLICKHOUSE_DATABASE: clickhouse.database,
      CLICKHOUSE_USER: clickhouse.user,
      CLICKHOUSE_PASSWORD: clickhouse.password,
    }),
    ...(postgres && { DATABASE_URL: postgres.url }),
    ...(prometheus && { PROMETHEUS_URL: prometheus.url }),
  };
}

/** `export NAME='value'` lines that any POSIX shell reads back as they were. */
export function shellExports(environment: Record<string, string>): string {
  return Object.entries(environment)
    .map(([name, value]) => `export ${name}='${value.replaceAll("'", `'\\''`)}'`)
    .join('\n');
}

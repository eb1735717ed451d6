/** Where the services of one stack answer and with which credentials; what `pipe env` prints and every client is made from. */
export interface Endpoints {
  kafka?: KafkaEndpoint;
  clickhouse?: ClickHouseEndpoint;
  postgres?: PostgresEndpoint;
  prometheus?: PrometheusEndpoint;
}

export interface KafkaEndpoint {
  brokers: string[];
  ssl?: boolean | { ca?: string; cert?: string; key?: string };
  /** Where connections to a broker really go, by the address that it advertises: through a tunnel or a proxy. */
  via?: Readonly<Record<string, string>>;
  sasl?: { mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512'; username: string; password: string };
}

export interface ClickHouseEndpoint {
  /** http://host:port */
  url: string;
  database: string;
  /** May read and write. */
  user: string;
  password: string;
  /** May only read: what `query` and the API use. */
  reader: { user: string; password: string };
}

export interface PostgresEndpoint {
  /** postgres://user:password@host:port/database */
  url: string;
}

export interface PrometheusEndpoint {
  /** http://host:port */
  url: string;
}

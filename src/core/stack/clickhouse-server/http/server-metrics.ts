import type { ServerResponse } from 'node:http';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { metrics } from '../../../runtime/metrics.js';

const running = 'pipe_clickhouse_running_statements';

/** What the server's /metrics answers; `statements` tells how many are under way. One for each process. */
export function serverMetrics(statements: () => number): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'pipe_' });
  new Gauge({
    name: running,
    help: metrics[running].help,
    registers: [registry],
    collect() {
      this.set(statements());
    },
  });
  return registry;
}

export async function answerMetrics(registry: Registry, response: ServerResponse): Promise<void> {
  const text = await registry.metrics();
  response.writeHead(200, { 'Content-Type': registry.contentType }).end(text);
}

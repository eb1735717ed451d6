import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { parse } from 'yaml';
import { metrics } from '../../../src/core/runtime/metrics.js';

export interface Rule {
  record?: string;
  alert?: string;
  expr: string;
  annotations?: Record<string, string>;
}

const file = fileURLToPath(new URL('../../../monitoring/prometheus/rules/pipe.yml', import.meta.url));
const { groups } = parse(readFileSync(file, 'utf8')) as { groups: { rules: Rule[] }[] };
export const rules = groups.flatMap((group) => group.rules);

/** What a rule or a panel may ask for: our metrics, Node's, what rules record, and Prometheus' own `up`. */
export const toldNames = new Set([
  ...Object.keys(metrics),
  ...nodeFigures(),
  ...rules.flatMap(({ record }) => (record ? [record] : [])),
  'up',
]);

function nodeFigures(): string[] {
  const register = new Registry();
  collectDefaultMetrics({ register, prefix: 'pipe_' });
  return register.getMetricsAsArray().map(({ name }) => name);
}

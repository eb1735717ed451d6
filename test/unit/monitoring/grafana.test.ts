import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { toldNames } from './told-names.js';

interface Dashboard {
  uid: string;
  panels: { title: string; datasource: { uid: string }; targets: { expr: string }[] }[];
}

const root = join(import.meta.dirname, '../../..');
const folder = join(root, 'monitoring/grafana/dashboards');
const read = (of: string) =>
  Object.fromEntries(readdirSync(of).map((name) => [name, JSON.parse(readFileSync(join(of, name), 'utf8'))]));
const dashboards: [string, Dashboard][] = Object.entries(read(folder));

it('the dashboards are those that the script writes', () => {
  const fresh = mkdtempSync(join(tmpdir(), 'pipe-dashboards-'));
  execFileSync('node', [join(root, 'scripts/dashboards.mjs'), fresh]);
  expect(read(folder)).toEqual(read(fresh));
  rmSync(fresh, { recursive: true });
});

it('there is one for health, one for all pipelines, and one for each domain', () => {
  const domains = readdirSync(join(root, 'configs/pipelines')).map((file) => `pipeline_${file.replace('.yaml', '')}`);
  expect(dashboards.map(([, { uid }]) => uid).sort()).toEqual(['system_health', 'pipeline_metrics', ...domains].sort());
});

it.each(dashboards)('%s shows what is told, from the data source that is provisioned', (_, { panels }) => {
  const { datasources } = parse(
    readFileSync(join(root, 'monitoring/grafana/provisioning/datasources/prometheus.yml'), 'utf8'),
  ) as { datasources: { uid: string }[] };
  for (const { title, datasource, targets } of panels) {
    expect(datasources.map(({ uid }) => uid)).toContain(datasource.uid);
    for (const { expr } of targets) {
      const named = expr.match(/\b(?:(?:pipeline:)?pipe_[\w:]+|up)\b/g) ?? [];
      expect(named, title).not.toEqual([]);
      expect(
        named.map((name) => name.replace(/_(bucket|sum|count)$/, '')).filter((name) => !toldNames.has(name)),
      ).toEqual([]);
    }
  }
});

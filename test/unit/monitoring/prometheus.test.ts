import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { rules, toldNames } from './told-names.js';

const folder = fileURLToPath(new URL('../../../monitoring/prometheus/', import.meta.url));
const runbook = readFileSync(fileURLToPath(new URL('../../../docs/monitoring.md', import.meta.url)), 'utf8');

const alerts = rules.filter(({ alert }) => alert);

it('each metric that a rule names is told by something', () => {
  const named = rules.flatMap(({ expr }) => expr.match(/\b(?:pipeline:)?pipe_[\w:]+/g) ?? []);
  expect(named.length).toBeGreaterThan(rules.length);
  expect(named.map((name) => name.replace(/_(bucket|sum|count)$/, '')).filter((name) => !toldNames.has(name))).toEqual(
    [],
  );
});

it('each alert has a runbook, and none is left of one that is gone', () => {
  const headings = [...runbook.matchAll(/^### (\w+)$/gm)].map(([, heading]) => heading);
  expect(headings.sort()).toEqual(alerts.map(({ alert }) => alert).sort());
  for (const { alert, annotations } of alerts)
    expect(annotations!.runbook).toBe(`docs/monitoring.md#${alert!.toLowerCase()}`);
});

it('each alert is tried: once it fires, and once it does not', () => {
  const { tests } = parse(readFileSync(`${folder}tests/alerts.yml`, 'utf8')) as {
    tests: { alert_rule_test: { alertname: string; exp_alerts?: unknown[] }[] }[];
  };
  const tried = tests.flatMap(({ alert_rule_test }) => alert_rule_test);
  for (const { alert } of alerts) {
    const of = tried.filter(({ alertname }) => alertname === alert);
    expect(of.some(({ exp_alerts }) => exp_alerts)).toBe(true);
    expect(of.some(({ exp_alerts }) => !exp_alerts)).toBe(true);
  }
});

// Where there is no promtool it is left out; in CI, which installs it, what is left out fails.
it.skipIf(spawnSync('promtool', ['--version']).error).each([
  ['check', 'config', `${folder}prometheus.yml`],
  ['test', 'rules', `${folder}tests/alerts.yml`],
])('promtool %s %s', (...args) => {
  expect(execFileSync('promtool', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })).toMatch(/SUCCESS/);
});

import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { domainFor, domainNames, domains, isDomainName } from '../../../src/core/domain/registry.js';
import { aggregateFunctions } from '../../../src/core/pipeline/plan.js';
import { shippedPlan } from './fixtures.js';

const folder = new URL('../../../src/core/domain/', import.meta.url);
const pipelines = new URL('../../../configs/pipelines/', import.meta.url);

test('every file of the folder is a registered domain, with a pipeline file of the same name', () => {
  const files = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name.replace(/\.ts$/, ''))
    .filter((name) => name !== 'registry' && name !== 'own');
  expect(files.sort()).toEqual([...domainNames].sort());
  expect(readdirSync(pipelines).sort()).toEqual(domainNames.map((name) => `${name}.yaml`).sort());
});

describe.each(domainNames)('%s', (name) => {
  const plan = shippedPlan(name);

  test('the pipeline file is complete', () => {
    expect(plan.name).toBe(name);
    expect(domains[name].name).toBe(name);
    expect(domainFor(plan)).toBe(domains[name]);
    expect(plan.fields.slice(0, plan.eventFields).filter((field) => !field.description)).toEqual([]);
    expect(plan.windows.length).toBeGreaterThanOrEqual(3);
    expect(plan.windows.filter((window) => !window.description)).toEqual([]);
    expect(plan.enrich.length).toBeGreaterThanOrEqual(2);
    expect(Object.keys(plan.queries).length).toBeGreaterThanOrEqual(3);
  });
});

test('between them the pipelines use every aggregate function, tumbling and hopping windows and sessions', () => {
  const windows = domainNames.flatMap((name) => shippedPlan(name).windows);
  const used = new Set(windows.flatMap((window) => window.aggregates.map((aggregate) => aggregate.function)));
  expect([...used].sort()).toEqual([...aggregateFunctions].sort());
  const spans = windows.flatMap((window) => (window.kind === 'sliced' ? window.spans : []));
  expect(spans.some(({ size, advance }) => size === advance)).toBe(true);
  expect(spans.some(({ size, advance }) => size > advance)).toBe(true);
  expect(windows.some(({ kind }) => kind === 'session')).toBe(true);
});

test('names of objects are not taken for domains', () => {
  expect(['iot', 'toString', 'constructor', ''].map(isDomainName)).toEqual([true, false, false, false]);
});

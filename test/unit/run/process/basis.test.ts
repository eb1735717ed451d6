import { expect, it } from 'vitest';
import { loadPipeline } from '../../../../src/core/pipeline/load.js';
import { fingerprintOf } from '../../../../src/core/run/process/basis.js';
import { shopPlan, shopYaml } from '../../pipeline/fixtures.js';

it.each<[what: string, from: string, to: string, same: boolean]>([
  ['a description', 'description: Orders of a small shop', 'description: Other', true],
  ['a query', 'limit: 10 }', 'limit: 5 }', true],
  ['retention', 'partitions: 2', 'partitions: 2\n  retention: 3d', true],
  ['a limit of a field', 'max: 100', 'max: 99', false],
  ['a filter', 'kind == "order"', 'kind == "refund"', false],
  ['the lateness', 'allowed_lateness: 10s', 'allowed_lateness: 11s', false],
  ['a setting of a detector', 'at_least: 3', 'at_least: 4', false],
  ['the severity of alerts', 'severity: critical', 'severity: info', false],
  ['what a detector is for', 'finds: [rush]', 'finds: [spree]', true],
  ['what is taken from a table', 'category_name: name', 'category_name: category', false],
])('%s changes the fingerprint of the file: %s -> %s, same %s', (_, from, to, same) => {
  const changed = loadPipeline(shopYaml.replace(from, to), 'shop.yaml');
  expect(fingerprintOf(changed) === fingerprintOf(shopPlan())).toBe(same);
});

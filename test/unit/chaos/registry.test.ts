import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { faultNames } from '../../../src/core/chaos/faults/registry.js';

it('lists every file of the folder', () => {
  const folder = join(import.meta.dirname, '../../../src/core/chaos/faults');
  const files = readdirSync(folder).map((name) => name.replace('.ts', ''));
  expect([...faultNames, 'fault', 'registry'].sort()).toEqual(files.sort());
});

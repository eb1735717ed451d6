import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { services } from '../../../../src/core/stack/services/registry.js';
import { serviceNames } from '../../../../src/core/stack/services/service.js';

it('lists every service that the folder has', () => {
  const folder = join(process.cwd(), 'src/core/stack/services');
  const declaring = readdirSync(folder).filter((file) =>
    /^export const \w+: Service = /m.test(readFileSync(join(folder, file), 'utf8')),
  );
  expect(declaring.map((file) => file.replace('.ts', '')).sort()).toEqual(Object.keys(services).sort());
  expect(Object.keys(services)).toEqual([...serviceNames]);
});

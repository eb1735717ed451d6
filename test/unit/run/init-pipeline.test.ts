import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { loadPipeline } from '../../../src/core/pipeline/load.js';
import { initPipeline } from '../../../src/core/run/init-pipeline.js';
import { lintConfig } from '../../../src/core/run/lint-config.js';

const packageRoot = fileURLToPath(new URL('../../..', import.meta.url));
const cwd = mkdtempSync(join(tmpdir(), 'pipe-init-'));
const place = { packageRoot, cwd };

afterAll(() => rmSync(cwd, { recursive: true }));

it('writes a file that is fine and shows each part of a pipeline', () => {
  const file = initPipeline(place, 'parcels', false);
  expect(file).toBe('parcels.pipeline.yaml');
  expect(lintConfig(place, [file])).toEqual([{ file, ok: true, problems: [] }]);
  const text = readFileSync(join(cwd, file), 'utf8');
  expect(text).not.toContain('__');
  const plan = loadPipeline(text, file);
  expect(plan).toMatchObject({ name: 'parcels', enrich: [{ table: 'depots' }], queries: { busiest_depots: {} } });
  expect(plan.windows).toHaveLength(2);
  expect(plan.metadata?.tables.depots?.rows).not.toHaveLength(0);
  expect(plan.fields.some((field) => field.generate?.from)).toBe(true);
});

it('overwrites nothing without being told', () => {
  writeFileSync(join(cwd, 'mine.pipeline.yaml'), 'precious');
  expect(() => initPipeline(place, 'mine', false)).toThrow('mine.pipeline.yaml is there already');
  expect(readFileSync(join(cwd, 'mine.pipeline.yaml'), 'utf8')).toBe('precious');
  initPipeline(place, 'mine', true);
  expect(readFileSync(join(cwd, 'mine.pipeline.yaml'), 'utf8')).toContain('pipeline: mine');
});

it.each([
  [
    'My Parcels',
    'NAME: expected lower-case letters, digits and _ beginning with a letter, at most 63; got "My Parcels"',
  ],
  [
    '../parcels',
    'NAME: expected lower-case letters, digits and _ beginning with a letter, at most 63; got "../parcels"',
  ],
  ['iot', 'NAME: "iot" is a shipped pipeline'],
  ['pg_parcels', '"pg_parcels" is a schema of PostgreSQL\'s or pipe\'s own; take another name'],
])('refuses the name %s', (name, message) => {
  expect(() => initPipeline(place, name, false)).toThrow(message);
});

it('says where it may not write', () => {
  expect(() => initPipeline({ packageRoot, cwd: join(cwd, 'nowhere') }, 'parcels', false)).toThrow(
    expect.objectContaining({ code: 'NOT_WRITABLE', exit: 3 }),
  );
});

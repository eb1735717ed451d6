import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { lintConfig } from '../../../src/core/run/lint-config.js';
import { shopYaml } from '../pipeline/fixtures.js';

const packageRoot = fileURLToPath(new URL('../../..', import.meta.url));
const cwd = mkdtempSync(join(tmpdir(), 'pipe-lint-'));
const place = { packageRoot, cwd };
const put = (name: string, text: string) => writeFileSync(join(cwd, name), text);

afterAll(() => rmSync(cwd, { recursive: true }));

it('finds nothing wrong with the shipped pipelines, and looks at pipe.yaml where there is one', () => {
  const shipped = ['ecommerce', 'finance', 'iot', 'saas'].map((name) =>
    join(packageRoot, 'configs/pipelines', `${name}.yaml`),
  );
  expect(lintConfig(place, [])).toEqual(shipped.map((file) => ({ file, ok: true, problems: [] })));
  put('pipe.yaml', 'hom: x\n\ndomain: 7\n');
  expect(lintConfig(place, []).at(-1)).toEqual({
    file: 'pipe.yaml',
    ok: false,
    problems: [
      { line: 1, message: 'unknown key "hom"; did you mean "home"?' },
      { line: 3, message: 'domain: expected a string, got 7' },
    ],
  });
  rmSync(join(cwd, 'pipe.yaml'));
});

it('lists the problems of each file that it is given, whatever the file’s name', () => {
  put('a: b.conf', shopYaml.replace('key: customer', 'key: nobody'));
  put('good.yaml', shopYaml);
  const [bad, good, none] = lintConfig(place, ['a: b.conf', 'good.yaml', 'none.yaml']);
  expect(bad!.problems).toEqual([{ line: 6, message: expect.stringMatching(/^topic\.key: unknown field "nobody"; /) }]);
  expect(good).toEqual({ file: 'good.yaml', ok: true, problems: [] });
  expect(none!.problems).toEqual([
    { line: 1, message: `expected a pipeline file at ${join(cwd, 'none.yaml')}, found none` },
  ]);
});

it('asks for the CSV files that a pipeline file names', () => {
  const rows = /rows:\n( +- .*\n)+/;
  put('csv.yaml', shopYaml.replace(rows, 'rows_from: products.csv\n'));
  expect(lintConfig(place, ['csv.yaml'])[0]!.problems).toEqual([
    {
      line: 33,
      message: 'metadata.tables.products.rows_from: expected a file beside the pipeline file, found no products.csv',
    },
  ]);
  put('products.csv', 'product,category,cost\n');
  expect(lintConfig(place, ['csv.yaml'])[0]!.ok).toBe(true);
});

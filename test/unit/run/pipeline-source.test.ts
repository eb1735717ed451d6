import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { findPipeline } from '../../../src/core/run/pipeline-source.js';
import { shopYaml } from '../pipeline/fixtures.js';

const packageRoot = fileURLToPath(new URL('../../..', import.meta.url));
const cwd = mkdtempSync(join(tmpdir(), 'pipe-source-'));
const place = { packageRoot, cwd };
const put = (name: string, text: string) => writeFileSync(join(cwd, name), text);

beforeEach(() => rmSync(join(cwd, 'pipe.yaml'), { force: true }));
afterAll(() => rmSync(cwd, { recursive: true }));

describe('findPipeline', () => {
  it('takes a file of the working folder, and tells it by the name that was given', () => {
    put('shop.yaml', shopYaml);
    expect(findPipeline(place, { pipeline: 'shop.yaml' })).toMatchObject({ name: 'shop', source: 'shop.yaml' });
  });

  it.each(['ecommerce', 'iot', 'saas', 'finance'])('takes the shipped pipeline %s', (domain) => {
    expect(findPipeline(place, { domain })).toMatchObject({ name: domain, source: domain });
  });

  it('takes ecommerce when nothing is said', () => {
    expect(findPipeline(place, {}).name).toBe('ecommerce');
  });

  it('takes the project file’s domain, which a flag overrides', () => {
    put('pipe.yaml', 'domain: iot\n');
    expect([findPipeline(place, {}).name, findPipeline(place, { domain: 'saas' }).name]).toEqual(['iot', 'saas']);
  });

  it.each([
    [
      { domain: 'ecomerce' },
      'domain: expected one of ecommerce, finance, iot, saas, got "ecomerce"; did you mean "ecommerce"?',
    ],
    [{ domain: '../pipelines/iot' }, 'domain: expected one of ecommerce, finance, iot, saas, got "../pipelines/iot"'],
    [{ domain: 'iot', pipeline: 'shop.yaml' }, 'expected --domain or --pipeline, got both: iot and shop.yaml'],
    [{ pipeline: 'none.yaml' }, `expected a pipeline file at ${join(cwd, 'none.yaml')}, found none`],
    [{ pipeline: '.' }, 'cannot read the pipeline file .: EISDIR: illegal operation on a directory, read'],
  ])('refuses %o', (choice, message) => {
    expect(() => findPipeline(place, choice)).toThrow(expect.objectContaining({ message, exit: 2 }));
  });

  it('refuses a domain of the project file that is none', () => {
    put('pipe.yaml', 'domain: shops\n');
    expect(() => findPipeline(place, {})).toThrow('got "shops"');
  });
});

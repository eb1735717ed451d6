import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { eventJsonSchema } from '../../../src/core/pipeline/json-schema.js';
import { findPipeline, shippedPipelines } from '../../../src/core/run/pipeline-source.js';

const packageRoot = fileURLToPath(new URL('../../..', import.meta.url));
const place = { packageRoot, cwd: packageRoot };
const folder = `${packageRoot}docs/schemas/`;
const domains = shippedPipelines(place);

describe('docs/schemas', () => {
  it('has one file for each shipped pipeline', () => {
    expect(readdirSync(folder).sort()).toEqual(domains.map((domain) => `${domain}.schema.json`));
  });

  it.each(domains)('%s is what scripts/schemas.mjs writes from the pipeline file', (domain) => {
    const schema = eventJsonSchema(findPipeline(place, { domain }));
    const stored = readFileSync(`${folder}${domain}.schema.json`, 'utf8');
    expect(stored).toBe(`${JSON.stringify(schema, null, 2)}\n`);
  });
});

// Writes docs/schemas/<domain>.schema.json, the JSON Schema of each shipped topic's events, from the pipeline files. Run after a build;
// test/unit/pipeline/schemas.test.ts fails when what is there is stale.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventJsonSchema } from '../dist/core/pipeline/json-schema.js';
import { findPipeline, shippedPipelines } from '../dist/core/run/pipeline-source.js';

const packageRoot = fileURLToPath(new URL('..', import.meta.url));
const place = { packageRoot, cwd: packageRoot };
const folder = join(packageRoot, 'docs', 'schemas');

mkdirSync(folder, { recursive: true });
for (const file of readdirSync(folder)) rmSync(join(folder, file));
for (const domain of shippedPipelines(place)) {
  const schema = eventJsonSchema(findPipeline(place, { domain }));
  writeFileSync(join(folder, `${domain}.schema.json`), `${JSON.stringify(schema, null, 2)}\n`);
}

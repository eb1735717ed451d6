import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { toJSONSchema } from 'zod';
import { loadPipeline } from '../../../src/core/pipeline/load.js';
import { aggregateFunctions } from '../../../src/core/pipeline/plan.js';
import { pipelineSchema } from '../../../src/core/pipeline/schema.js';

const text = readFileSync(fileURLToPath(new URL('../../../docs/pipeline-file.md', import.meta.url)), 'utf8');
const example = /```yaml\n([\s\S]*?)```/.exec(text)![1]!;

describe('docs/pipeline-file.md', () => {
  it('has an example that is fine', () => {
    expect(loadPipeline(example, 'docs/pipeline-file.md')).toMatchObject({ name: 'tolls' });
  });

  it.each(keysOf(toJSONSchema(pipelineSchema, { io: 'input', unrepresentable: 'any' })))(
    'explains the key %s',
    (key) => {
      expect(text.replace(example, '')).toMatch(new RegExp(`\\b${key}\\b`));
    },
  );

  it.each(aggregateFunctions)('explains the aggregate %s', (name) => {
    expect(text).toContain(`\`${name}(`);
  });
});

/** Every property name in a JSON Schema, at any depth. */
function keysOf(schema: unknown): string[] {
  if (schema === null || typeof schema !== 'object') return [];
  const own = 'properties' in schema && schema.properties ? Object.keys(schema.properties) : [];
  return [...new Set([...own, ...Object.values(schema).flatMap(keysOf)])];
}

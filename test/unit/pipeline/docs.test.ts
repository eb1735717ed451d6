import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { toJSONSchema, z } from 'zod';
import { kindForms } from '../../../src/core/pipeline/detect/registry.js';
import { loadPipeline } from '../../../src/core/pipeline/load.js';
import { aggregateFunctions } from '../../../src/core/pipeline/plan.js';
import { pipelineSchema } from '../../../src/core/pipeline/schema.js';

const text = page('pipeline-file.md');
const detection = page('detection.md');
const example = /```yaml\n([\s\S]*?)```/.exec(text)![1]!;

describe('docs/pipeline-file.md', () => {
  it('has an example that is fine', () => {
    expect(loadPipeline(example, 'docs/pipeline-file.md')).toMatchObject({ name: 'tolls' });
  });

  it.each(keysOf(toJSONSchema(pipelineSchema, { io: 'input', unrepresentable: 'any' })))(
    'explains the key %s',
    (key) => {
      expect(text.replace(example, '') + detection).toMatch(new RegExp(`\\b${key}\\b`));
    },
  );

  it.each(Object.entries(kindForms))('has a section for the kind %s that explains its keys', (kind, { settings }) => {
    const section = detection.split(/^### /m).find((each) => each.startsWith(`\`${kind}\``)) ?? '';
    for (const key of keysOf(toJSONSchema(z.strictObject(settings), { io: 'input', unrepresentable: 'any' })))
      expect(section).toContain(`\`${key}\``);
  });

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

function page(name: string): string {
  return readFileSync(fileURLToPath(new URL(`../../../docs/${name}`, import.meta.url)), 'utf8');
}

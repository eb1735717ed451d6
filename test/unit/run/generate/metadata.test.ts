import { describe, expect, test } from 'vitest';
import { domainFor, domainNames } from '../../../../src/core/domain/registry.js';
import { metadataDigest, seedMetadata } from '../../../../src/core/run/generate/metadata.js';
import { findPipeline } from '../../../../src/core/run/pipeline-source.js';
import { nodeRuntime } from '../../../../src/core/runtime/node-runtime.js';

const runtime = nodeRuntime();

describe.each(domainNames)('rows of %s without a database', (name) => {
  const plan = findPipeline(runtime, { domain: name });
  const domain = domainFor(plan);

  test('are those columns that the domain asks for, by key, with numbers as numbers', async () => {
    const metadata = await seedMetadata(runtime, plan, domain);
    expect(Object.keys(metadata)).toEqual(Object.keys(domain.reads));
    for (const [table, columns] of Object.entries(domain.reads)) {
      expect(metadata[table]!.length).toBeGreaterThan(0);
      expect(Object.keys(metadata[table]![0]!)).toEqual(columns);
    }
    expect(metadataDigest(metadata)).toBe(metadataDigest(await seedMetadata(runtime, plan, domain)));
  });
});

test('a table that only a database knows is named', async () => {
  const plan = findPipeline(runtime, { domain: 'iot' });
  const domain = { ...domainFor(plan), reads: { depots: ['id'] } };
  await expect(seedMetadata(runtime, plan, domain)).rejects.toThrow(/no rows for the table depots/);
});

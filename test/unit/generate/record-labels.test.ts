import { expect, it } from 'vitest';
import { recordLabels } from '../../../src/core/generate/oracle.js';
import { partitionEvents } from '../../../src/core/generate/partition-run.js';
import { shippedWorkload } from '../domain/fixtures.js';

it('labels are those of the records, one by one, without making them', () => {
  const distortions = { late: { share: 0.1, minMs: 200, maxMs: 30_000 }, repeat: 0.05, discard: 0.03, corrupt: 0.02 };
  const workload = shippedWorkload('iot', { count: 3_000, distortions });
  for (const { partition } of workload.partitions) {
    const made = [...partitionEvents(workload, partition)].map(({ repeat, corruption, lateBy }) =>
      repeat ? 'repeated' : corruption ? 'corrupted' : lateBy > 0 ? 'late' : undefined,
    );
    expect([...recordLabels(workload, partition)]).toEqual(made);
    expect(new Set(made)).toEqual(new Set(['repeated', 'corrupted', 'late', undefined]));
  }
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { eventIds, maxPartitions, parseEventId, runHash } from '../../../src/core/generate/event-id.js';

test('an id is a UUID of version 8 that says who made it', () => {
  const partition = fc.integer({ min: 0, max: maxPartitions - 1 });
  const sequence = fc.oneof(fc.nat(200_000), fc.integer({ min: 0, max: 2 ** 48 - 1 }));
  fc.assert(
    fc.property(fc.string(), partition, fc.array(sequence, { minLength: 1 }), (run, number, sequences) => {
      const idOf = eventIds(run, number);
      for (const each of sequences) {
        const id = idOf(each);
        expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
        expect(parseEventId(id)).toEqual({ runHash: runHash(run), partition: number, sequence: each });
      }
    }),
  );
});

test('ids of one partition sort by sequence, and runs differ', () => {
  const idOf = eventIds('run', 3);
  const ids = [0, 1, 65_535, 65_536, 2 ** 32, 2 ** 40].map(idOf);
  expect([...ids].sort()).toEqual(ids);
  expect(eventIds('other', 3)(0)).not.toBe(ids[0]);
});

test.each(['', 'x', '123e4567-e89b-42d3-a456-426614174000', `${eventIds('r', 0)(0)} `])(
  '"%s" is none of ours',
  (text) => {
    expect(parseEventId(text)).toBeUndefined();
  },
);

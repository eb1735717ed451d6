import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AddedIds, Deduplicator } from '../../../../src/core/process/deduplicate/deduplicator.js';
import { StateReader } from '../../../../src/core/process/snapshot/reader.js';
import { StateWriter } from '../../../../src/core/process/snapshot/writer.js';

/** Fingerprints that differ in one word only, and share slots in small tables. */
const printOf = (id: number) => Int32Array.of(0, id % 3, 0, id + 1);

function copyOf(deduplicator: Deduplicator, horizon: number, ids: Iterable<Uint8Array>): Deduplicator {
  const writer = new StateWriter();
  deduplicator.write(writer);
  const copy = new Deduplicator(horizon);
  copy.read(new StateReader(writer.finish()));
  for (const each of ids) copy.remember(each);
  return copy;
}

describe('a deduplicator', () => {
  // Few ids and small steps: most ids come again while they are on the edge of the horizon.
  const step = fc.record({
    id: fc.nat(6),
    behind: fc.nat(30),
    forward: fc.nat(4),
    save: fc.constantFrom('no', 'whole', 'added'),
  });

  it('remembers exactly what a map of id to time does, saved and restored at any step', () => {
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 300, size: 'max' }),
        fc.integer({ min: 0, max: 60 }),
        (steps, horizon) => {
          let deduplicator = new Deduplicator(horizon);
          let kept: AddedIds[] = [];
          const times = new Map<number, number>();
          const mistakes: string[] = [];
          let limit = Number.NEGATIVE_INFINITY;
          let clock = 0;
          for (const { id, behind, forward, save } of steps) {
            clock += forward;
            const time = clock - behind;
            if (time <= limit) continue;
            const expected = (times.get(id) ?? Number.NEGATIVE_INFINITY) > limit;
            if (deduplicator.seen(printOf(id), 0, time) !== expected)
              mistakes.push(`${id} at ${time}: not ${expected}`);
            if (!expected) times.set(id, time);
            limit = Math.max(limit, clock - horizon);
            deduplicator.forget(limit);
            if (save === 'whole') {
              // What was not taken yet stays with the one that was copied.
              kept = [...kept, deduplicator.takeAdded()];
              deduplicator = copyOf(deduplicator, horizon, [deduplicator.all()]);
            } else if (save === 'added') {
              const added = deduplicator.takeAdded();
              kept = [...kept, added].filter(({ newest }) => newest > added.forgotten);
              deduplicator = copyOf(
                deduplicator,
                horizon,
                kept.map(({ bytes }) => bytes!),
              );
            }
          }
          expect(mistakes).toEqual([]);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('gives back the memory of what is beyond the horizon', () => {
    const deduplicator = new Deduplicator(1000);
    let most = 0;
    let repeats = 0;
    for (let time = 0; time < 100_000; time++) {
      if (deduplicator.seen(printOf(time), 0, time)) repeats++;
      deduplicator.forget(time - 1000);
      most = Math.max(most, deduplicator.size);
    }
    expect(repeats).toBe(0);
    expect(most).toBeLessThanOrEqual(2000);
    expect(deduplicator.bytes).toBeLessThan(2000 * 60);
  });

  it('knows a horizon of weeks, whose times do not fit in 31 bits', () => {
    const weeks = 10 * 7 * 86_400_000;
    const deduplicator = new Deduplicator(weeks);
    expect(deduplicator.seen(printOf(1), 0, 1_700_000_000_000)).toBe(false);
    deduplicator.forget(1_700_000_000_000 - 1);
    expect(deduplicator.seen(printOf(1), 0, 1_700_000_000_000 + weeks)).toBe(true);
    deduplicator.forget(1_700_000_000_000);
    expect(deduplicator.seen(printOf(1), 0, 1_700_000_000_000 + weeks)).toBe(false);
  });
});

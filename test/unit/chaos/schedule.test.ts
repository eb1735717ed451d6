import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { faultNames, faults } from '../../../src/core/chaos/faults/registry.js';
import { planFaults } from '../../../src/core/chaos/schedule.js';
import { targetNames } from '../../../src/core/chaos/targets/target.js';

const all = { targets: targetNames, kinds: faultNames };

describe('planFaults', () => {
  it('gives the same schedule for the same seed, and another one for another', () => {
    const options = { ...all, seed: 7, count: 30, durationMs: 150_000 };
    expect(planFaults(options)).toEqual(planFaults(options));
    expect(planFaults({ ...options, seed: 8 })).not.toEqual(planFaults(options));
  });

  it('deals every kind for every target that it befalls before the deck is shuffled anew', () => {
    const deck = faultNames.reduce((sum, name) => sum + faults[name].weight * faults[name].befalls.length, 0);
    const dealt = planFaults({ ...all, seed: 1, count: deck, durationMs: 600_000 });
    const found = new Set(dealt.map(({ target, fault }) => `${target} ${fault}`));
    const expected = faultNames.flatMap((fault) => faults[fault].befalls.map((target) => `${target} ${fault}`));
    expect([...found].sort()).toEqual(expected.sort());
    expect(dealt.filter(({ fault }) => fault === 'kill')).toHaveLength(faults.kill.weight * targetNames.length);
  });

  it('lays faults in order, within the load, some closer to each other than the mean', () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1_000, max: 1e6 }),
        (seed, count, durationMs) => {
          const plan = planFaults({ ...all, seed, count, durationMs });
          expect(plan).toHaveLength(count);
          const wrong = plan.filter(({ atMs, fault, lastsMs }, index) => {
            const [shortest, longest] = faults[fault].lastsMs;
            const inOrder = index === 0 || atMs >= plan[index - 1]!.atMs;
            return !inOrder || atMs < 0 || atMs > durationMs || lastsMs < shortest || lastsMs > longest;
          });
          expect(wrong).toEqual([]);
        },
      ),
    );
    const gaps = planFaults({ ...all, seed: 3, count: 100, durationMs: 100_000 }).map(
      ({ atMs }, index, plan) => atMs - (plan[index - 1]?.atMs ?? 0),
    );
    expect(gaps.filter((gap) => gap < 500).length).toBeGreaterThan(10);
    expect(Math.min(...gaps)).toBeGreaterThan(50);
  });

  it('keeps to the targets and kinds that it is given', () => {
    const plan = planFaults({
      seed: 5,
      count: 40,
      durationMs: 1e5,
      targets: ['engine', 'kafka'],
      kinds: ['freeze', 'cut'],
    });
    expect(new Set(plan.map(({ target, fault }) => `${target} ${fault}`))).toEqual(
      new Set(['engine freeze', 'kafka freeze', 'kafka cut']),
    );
  });

  it('lets each fault last as long as it is told, at the same times', () => {
    const options = { ...all, seed: 9, count: 20, durationMs: 1e5 };
    const fixed = planFaults({ ...options, lastsMs: 60_000 });
    expect(new Set(fixed.map(({ lastsMs }) => lastsMs))).toEqual(new Set([60_000]));
    expect(fixed.map(({ atMs }) => atMs)).toEqual(planFaults(options).map(({ atMs }) => atMs));
  });

  it('refuses kinds that befall none of the targets', () => {
    const options = { seed: 5, count: 4, durationMs: 1e5, targets: ['engine'], kinds: ['cut', 'slow'] } as const;
    expect(() => planFaults(options)).toThrow('none of the kinds cut, slow befalls engine');
  });
});

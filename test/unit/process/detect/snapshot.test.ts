import { describe, expect, it } from 'vitest';
import { Engine } from '../../../../src/core/process/engine.js';
import { counted, planOf, Trial, times } from '../support.js';

const detect = `detect:
  fast: { kind: velocity, at_least: 2, within: 30, distinct: kind, cooldown: 0 }
  busy: { window: w, kind: velocity, at_least: 2, within: 30, cooldown: 0 }
`;

/** A user whose one kind was seen, a window of which one was; another kind, and the next window, make them alerts. */
function saved(yaml = detect) {
  const one = new Trial(planOf(`${counted}${yaml}`));
  one.feed({ at: 5, kind: 'a' }, { at: 20, kind: 'b' }, { at: 39 });
  one.advance();
  one.raised();
  return one.engine.snapshot();
}

/** What goes on from a snapshot. */
function raisedAfter(sections: Map<string, Uint8Array>, yaml: string): string[] {
  const one = new Trial(planOf(`${counted}${yaml}`));
  one.engine.restore(sections);
  one.feed({ at: 32, kind: 'c' }, { at: 70 });
  one.advance();
  return one.raised();
}

describe('from a snapshot', () => {
  it('detectors go on where they were, with what they held', () => {
    expect(raisedAfter(saved(), detect)).toEqual(['fast/0-3', 'busy/30/[]', 'busy/40/[]']);
  });

  it('one that changed begins anew, and the others go on', () => {
    const fast = detect.replace('at_least: 2, within: 30, distinct', 'at_least: 2, within: 29, distinct');
    expect(raisedAfter(saved(), fast)).toEqual(['busy/30/[]', 'busy/40/[]']);
    const busy = detect.replace('within: 30, cooldown', 'within: 29, cooldown');
    expect(raisedAfter(saved(), busy)).toEqual(['fast/0-3', 'busy/40/[]']);
  });

  it.each([
    ['where', 'cooldown: 0 }\n  busy', 'where: at > 0, cooldown: 0 }\n  busy'],
    ['by', 'cooldown: 0 }\n  busy', 'by: [user, flag], cooldown: 0 }\n  busy'],
    ['an expression', 'distinct: kind', 'distinct: amount'],
    ['the cooldown', 'cooldown: 0 }\n  busy', 'cooldown: 1 }\n  busy'],
    ['forgetting', 'cooldown: 0 }\n  busy', 'forget: 2d, cooldown: 0 }\n  busy'],
    ['the kind', 'velocity, at_least: 2, within: 30, distinct: kind', 'threshold, condition: flag, value: kind'],
  ])('one is another when %s is', (_, from, to) => {
    expect(raisedAfter(saved(), detect.replace(from, to))).toEqual(['busy/30/[]', 'busy/40/[]']);
  });

  it('what alerts say of it may change, and its place in the file', () => {
    const renamed = detect.replace(
      'cooldown: 0 }\n  busy',
      'cooldown: 0, severity: info, description: x, finds: [y] }\n  busy',
    );
    expect(raisedAfter(saved(), renamed)).toEqual(['fast/0-3', 'busy/30/[]', 'busy/40/[]']);
    const [head, fast, busy] = detect.split('\n');
    expect(raisedAfter(saved(), `${head}\n${busy}\n${fast}\n`).sort()).toEqual([
      'busy/30/[]',
      'busy/40/[]',
      'fast/0-3',
    ]);
  });

  it('one that is gone is dropped, one that is new begins with nothing', () => {
    expect(raisedAfter(saved(), '')).toEqual([]);
    expect(raisedAfter(saved(''), detect)).toEqual(['busy/40/[]']);
    const other = detect.replace('fast', 'slow');
    expect(raisedAfter(saved(), other)).toEqual(['busy/30/[]', 'busy/40/[]']);
  });

  it('one that looked at events may look at a window', () => {
    const other = detect
      .replace('fast: { kind: velocity', 'fast: { window: w, kind: velocity')
      .replace('at_least: 2, within: 30, distinct: kind', 'at_least: 4, within: 30, distinct: n');
    expect(raisedAfter(saved(), other)).toEqual(['busy/30/[]', 'busy/40/[]']);
  });

  it('the count of what came too late for detectors goes on, and ends with the last of them', () => {
    const one = new Trial(planOf(`${counted}${detect}`));
    one.feed({ at: 30 }, { at: 20 });
    const sections = one.engine.snapshot();
    const lateIn = (yaml: string) => {
      const engine = new Engine(planOf(`${counted}${yaml}`), [0]);
      engine.restore(sections);
      return engine.counts()[0]!.detectorsLate;
    };
    expect([lateIn(detect), lateIn(detect.replace('fast', 'slow')), lateIn('')]).toEqual([1, 1, 0]);
  });

  it('that is cut short or too long anywhere is refused', () => {
    const plan = planOf(`${counted}${detect}`, times());
    const all = saved();
    for (const [name, whole] of all) {
      const answers = new Set<string>();
      const refusal = (bytes: Uint8Array) => {
        try {
          new Engine(plan, [0]).restore(new Map(all).set(name, bytes));
          return 'accepted';
        } catch (error) {
          return (error as Error).message.split(': ')[1]!;
        }
      };
      for (let length = 0; length < whole.length; length++) answers.add(refusal(whole.subarray(0, length)));
      answers.add(refusal(Uint8Array.of(...whole, 0)));
      expect([...answers]).toEqual([`section ${name} is damaged`]);
    }
  });
});

it('the size of what detectors know is told: a key for each user, and for each group of a window', () => {
  const one = new Trial(planOf(`${counted}${detect}`));
  expect(one.engine.size()).toMatchObject({ detectorKeys: 0 });
  one.feed({ at: 1 }, { at: 2, user: 'v' }, { at: 39 });
  expect(one.engine.size().detectorKeys).toBe(2);
  one.advance();
  expect(one.engine.size().detectorKeys).toBe(3);
  expect(one.engine.size().detectorBytes).toBeGreaterThan(300);
});

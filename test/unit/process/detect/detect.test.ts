import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { kindForms } from '../../../../src/core/pipeline/detect/registry.js';
import { loadPipeline } from '../../../../src/core/pipeline/load.js';
import { detectorKinds } from '../../../../src/core/process/detect/registry.js';
import { Dictionary } from '../../../../src/core/process/dictionary.js';
import { EnrichmentTables } from '../../../../src/core/process/enrich.js';
import { counted, planOf, Trial, times } from '../support.js';

/** Every event with a kind is an alert, but for what the settings say. */
function each(settings = 'cooldown: 0'): string {
  return `${counted}\ndetect:\n  d: { kind: threshold, condition: '!is_null(kind)', value: amount, ${settings} }\n`;
}

/** Out of order 10, late 20, as everywhere in these tests: an event at t makes W_p = t - 10. */
function trial(yaml = each(), more = times(), partitions = [0]): Trial {
  return new Trial(planOf(yaml, more), partitions);
}

const a = (at: number, more: Record<string, unknown> = {}) => ({ at, kind: 'a', ...more });

/** An event without a kind, whose user has nothing to do with the others: it only moves the watermark. */
const clock = (at: number, more: Record<string, unknown> = {}) => ({ at, user: 'clock', ...more });

/**
 *   time      6    15    24 25
 *   offset    1    0     2  3       event 1 came after 0, and is seen before it
 *   W_p       14 after event 2, 15 after event 3
 */
describe('events are held', () => {
  it('until W_p reaches them, and are then seen by event time', () => {
    const one = trial();
    one.feed(a(15), a(6), clock(24));
    expect(one.raised()).toEqual(['d/0-1']);
    one.feed(clock(25));
    expect(one.raised()).toEqual(['d/0-0']);
  });

  it('and those of one time are seen by offset', () => {
    const one = trial(each('cooldown: 1ms'), times(), [0]);
    one.feed(a(5), a(5), clock(30));
    expect(one.raised()).toEqual(['d/0-0']);
  });

  it('so that a cooldown goes by event time and not by arrival', () => {
    const one = trial(each('cooldown: 10ms'));
    one.feed(a(15), a(6), clock(40));
    expect(one.raised()).toEqual(['d/0-1']);
  });

  it('by their own partition’s watermark: one without events holds nothing up', () => {
    const one = trial(each(), times(), [0, 1]);
    one.feed(a(5), clock(15));
    one.advance();
    expect(one.engine.watermark).toBe(Number.NEGATIVE_INFINITY);
    expect(one.raised()).toEqual(['d/0-0']);
    one.feed(a(5, { partition: 1, user: 'v' }));
    expect(one.raised()).toEqual([]);
    one.feed(clock(15, { partition: 1 }));
    expect(one.raised()).toEqual(['d/1-0']);
  });

  it('beyond the end of the input: nothing is seen because of it, and a later run goes on', () => {
    const one = trial();
    one.feed(a(5));
    one.finish();
    expect(one.raised()).toEqual([]);
    const later = trial();
    later.engine.restore(one.engine.snapshot());
    later.feed(clock(15));
    expect(later.raised()).toEqual(['d/0-0']);
  });
});

/** W_p is 20 after an event at 30; down to 1 an event is aggregated. */
describe('an event that is not ahead of W_p when it comes', () => {
  it('is in the windows and not seen by detectors: exactly at W_p is not ahead', () => {
    const one = trial();
    expect(one.feed(clock(30), a(20), a(21), clock(60))).toEqual(Array(4).fill('aggregated'));
    expect(one.raised()).toEqual(['d/0-2']);
    expect(one.engine.counts()[0]!.detectorsLate).toBe(1);
    expect(one.finish()).toContain('[20,30): 2');
  });

  it('is told by the lower offsets of its batch too', () => {
    const one = trial();
    const records = [clock(0), clock(30), a(20)].map((value, offset) => {
      return { partition: 0, offset, value: { id: `e${offset}`, ...{ user: 'u' }, ...value } };
    });
    one.process(records);
    one.feed(clock(60));
    expect(one.raised()).toEqual([]);
    expect(one.engine.counts()[0]!.detectorsLate).toBe(1);
  });
});

describe('events that windows do not count', () => {
  it('are not seen: dead letters, late ones and repeats', () => {
    const one = trial();
    const fed = [a(5, { id: 'x' }), a(5, { id: 'x' }), a(7, { amount: 'many' }), clock(100), a(70), clock(200)];
    expect(one.feed(...fed)).toEqual(['aggregated', 'duplicate', 'deadLetter', 'aggregated', 'late', 'aggregated']);
    expect(one.raised()).toEqual(['d/0-0']);
  });
});

describe('what is seen', () => {
  it('is what the filter lets through: null counts as no', () => {
    const one = trial(each('cooldown: 0, where: amount > 3'));
    one.feed(a(1, { amount: 4 }), a(2, { amount: 3 }), a(3), clock(50));
    expect(one.raised()).toEqual(['d/0-0']);
  });

  it('has what was looked up', () => {
    const yaml = `
enrich: [{ table: kinds, on: { field: kind, column: kind }, take: { rank: { column: rank, type: int } } }]
windows:${counted}
detect: { d: { kind: threshold, condition: rank > 1, value: rank, cooldown: 0 } }
`;
    const file = planOf(counted);
    const plan = loadPipeline(
      `pipeline: shop\nversion: 1\ntopic: { key: user }\nevent:\n  id: id\n  time: at\n  fields: { id: string, at: timestamp, user: string, kind: string }\n${times()}${yaml}`,
      file.source,
    );
    const dictionary = new Dictionary();
    const enrichment = new EnrichmentTables(plan, dictionary);
    enrichment.loadStep(0, [
      { key: 'a', values: [1] },
      { key: 'b', values: [2] },
    ]);
    const one = new Trial(plan, [0], { dictionary, enrichment });
    one.feed(a(1), { at: 2, kind: 'b' }, clock(50, { kind: 'c' }));
    expect(one.alerts).toMatchObject([{ id: 'd/0-1', evidence: { value: 2 } }]);
  });
});

/**
 *   cooldown 10:    5            14  15
 *                   alert         -  alert
 */
describe('the cooldown', () => {
  it('ends exactly so long after the alert', () => {
    const one = trial(each('cooldown: 10ms'));
    one.feed(a(5), a(14), a(15), clock(50));
    expect(one.raised()).toEqual(['d/0-0', 'd/0-2']);
  });

  it('is not begun anew by what it keeps quiet', () => {
    const one = trial(each('cooldown: 10ms'));
    one.feed(...[0, 6, 12, 18].map((at) => a(at)), clock(50));
    expect(one.raised()).toEqual(['d/0-0', 'd/0-2']);
  });

  it('is each key’s own', () => {
    const one = trial(each('cooldown: 10ms, by: [user, flag]'));
    one.feed(a(1), a(2, { flag: true }), a(3, { user: 'v' }), a(4), clock(50));
    expect(one.raised()).toEqual(['d/0-0', 'd/0-1', 'd/0-2']);
  });

  it('lets the state go on', () => {
    const fast = `${counted}\ndetect: { d: { kind: velocity, at_least: 2, within: 10, cooldown: 15 } }`;
    const one = trial(fast);
    // 0 and 5 alert; 12 is seen with 5 and keeps quiet; 20 is fast only because of 12.
    one.feed(...[0, 5, 12, 20].map((at) => ({ at })), clock(50));
    expect(one.raised()).toEqual(['d/0-1', 'd/0-3']);
  });
});

describe('an alert', () => {
  it('says who, when, where and why, in the units of people', () => {
    const yaml = `${counted}
detect:
  dear:
    kind: threshold
    condition: price * amount > 5
    value: price
    by: [kind, user, flag, amount]
    severity: critical
    cooldown: 0
`;
    const one = trial(yaml);
    one.feed({ at: 1, price: 2.51, amount: 2, flag: true, kind: 'k' }, { at: 2, price: 19.99, amount: 1 }, clock(30));
    expect(one.alerts).toEqual([
      {
        id: 'dear/0-0',
        detector: 'dear',
        kind: 'threshold',
        severity: 'critical',
        keys: { kind: 'k', user: 'u', flag: true, amount: 2 },
        time: 1,
        partition: 0,
        offset: 0,
        evidence: { value: 2.51 },
      },
      expect.objectContaining({ id: 'dear/0-1', keys: { kind: null, user: 'u', flag: null, amount: 1 } }),
    ]);
  });

  it('is each detector’s own, in the file’s order', () => {
    const one = trial(`${each()}  again: { kind: threshold, condition: flag, cooldown: 0 }`);
    one.feed(a(1, { flag: true }), clock(30));
    expect(one.raised()).toEqual(['d/0-0', 'again/0-0']);
  });
});

it('has a file for each kind in both folders, of the same names', () => {
  for (const [folder, registry] of [
    ['pipeline', kindForms],
    ['process', detectorKinds],
  ] as const) {
    const files = readdirSync(new URL(`../../../../src/core/${folder}/detect/kinds/`, import.meta.url));
    const names = files.map((file) => file.replace('.ts', '').replaceAll('-', '_'));
    expect(names.sort()).toEqual(Object.keys(registry).sort());
  }
  expect(Object.keys(detectorKinds)).toEqual(Object.keys(kindForms));
});

import { describe, expect, it } from 'vitest';
import { ReferenceDecoder } from '../../../src/core/process/decode/reference.js';
import { Dictionary } from '../../../src/core/process/dictionary.js';
import { Engine } from '../../../src/core/process/engine.js';
import { counted, fetched, planOf, Trial } from './support.js';

const byUser = counted.replace('aggregates', 'by: [user]\n    aggregates');

describe('an engine refuses what would be wrong without a word', () => {
  const event = { id: 'a', at: 1, user: 'u' };

  it('an offset that was judged before', () => {
    const trial = new Trial(planOf(counted));
    trial.process([{ partition: 0, offset: 7, value: event }]);
    expect(() => trial.process([{ partition: 0, offset: 7, value: event }])).toThrow(
      'partition 0: offset 7 comes again, expected 8 or later',
    );
    expect(trial.process([{ partition: 0, offset: 20, value: event }])).toEqual(['duplicate']);
  });

  it('a partition that it does not have', () => {
    expect(() => new Trial(planOf(counted)).process([{ partition: 1, offset: 0, value: event }])).toThrow(
      'partition 1 is not one of',
    );
  });

  it('a batch of another dictionary', () => {
    const plan = planOf(byUser);
    const batch = new ReferenceDecoder(plan, new Dictionary()).decode(
      fetched([{ partition: 0, offset: 0, value: event }]),
    );
    expect(() => new Engine(plan, [0]).process(batch)).toThrow('another dictionary');
  });
});

describe('the dictionary', () => {
  it('is replaced by one of what the state needs, without a change of results', () => {
    const plan = planOf(byUser);
    const engine = new Engine(plan, [0]);
    const decoder = new ReferenceDecoder(plan, engine.dictionary);
    const rows = new Map<string, unknown>();
    let largest = 0;
    for (let offset = 0; offset < 3000; offset++) {
      const value = { id: `${offset}`, at: offset * 5, user: `user ${offset >> 1}` };
      engine.process(decoder.decode(fetched([{ partition: 0, offset, value }])));
      for (const { rows: some } of engine.advance())
        for (const { keys, start, values } of some) rows.set(`${keys[0]} ${start}`, values[0]);
      decoder.dictionary = engine.renewDictionary(50) ?? decoder.dictionary;
      largest = Math.max(largest, engine.dictionary.size);
    }
    expect(largest).toBeLessThanOrEqual(50);
    expect(rows.size).toBe(1498);
    expect(new Set(rows.values())).toEqual(new Set([2]));
  });

  it('stays when it is small', () => {
    const trial = new Trial(planOf(byUser));
    trial.feed({ at: 1 });
    expect(trial.engine.renewDictionary()).toBeUndefined();
  });
});

describe('the size of the state', () => {
  it('is told, and falls when windows are freed and ids forgotten', () => {
    const trial = new Trial(planOf(byUser));
    for (let at = 0; at < 200; at++) trial.feed({ at, user: `u${at}` });
    const before = trial.engine.size();
    expect(before).toMatchObject({ groups: 200, rememberedIds: 200, strings: 200 });
    expect(before.windowBytes).toBeGreaterThan(200 * 12);
    expect(before.deduplicationBytes).toBeGreaterThan(200 * 20);
    trial.feed({ at: 100_000 });
    trial.advance();
    expect(trial.engine.size()).toMatchObject({ groups: 1, rememberedIds: 1 });
    expect(trial.engine.size().windowBytes).toBeLessThan(before.windowBytes);
  });
});

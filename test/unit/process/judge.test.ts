import { describe, expect, it } from 'vitest';
import { counted, planOf, Trial, times } from './support.js';

/**
 * Out of order 10, late 20: an event is late when its time is at or before the highest so far - 30.
 *
 *   time   0    70   71        100
 *          late late on time   W_p + 10
 */
describe('late', () => {
  it('is at the limit, and not one millisecond after it', () => {
    const trial = new Trial(planOf(counted));
    expect(trial.feed({ at: 100 }, { at: 70 }, { at: 71 })).toEqual(['aggregated', 'late', 'aggregated']);
  });

  it('is judged by lower offsets only: the event itself does not make itself late, nor do later ones', () => {
    const trial = new Trial(planOf(counted));
    const events = [0, 100, 69, 200].map((at, offset) => ({
      partition: 0,
      offset,
      value: { id: `e${offset}`, at, user: 'u' },
    }));
    expect(trial.process(events)).toEqual(['aggregated', 'aggregated', 'late', 'aggregated']);
  });

  it('is judged by the partition of the event alone', () => {
    const trial = new Trial(planOf(counted), [0, 1]);
    expect(trial.feed({ at: 100_000 }, { at: 0, partition: 1 })).toEqual(['aggregated', 'aggregated']);
  });

  it('does not depend on what was emitted', () => {
    const trial = new Trial(planOf(counted));
    trial.feed({ at: 100 });
    trial.advance();
    expect(trial.feed({ at: 70 }, { at: 71 })).toEqual(['late', 'aggregated']);
  });

  it('comes before duplicate: a repeat that is late counts as late', () => {
    const trial = new Trial(planOf(counted));
    expect(trial.feed({ at: 0, id: 'a' }, { at: 100 }, { at: 0, id: 'a' })).toEqual([
      'aggregated',
      'aggregated',
      'late',
    ]);
  });
});

describe('dead letters', () => {
  it('come from event times more than max_future_skew after the record, not at it', () => {
    const trial = new Trial(planOf(counted, times(10, 20, 1000, 50)));
    const verdicts = trial.feed({ at: 150, recordTime: 100 }, { at: 151, recordTime: 100 });
    expect(verdicts).toEqual(['aggregated', 'deadLetter']);
    expect(trial.engine.counts()[0]!.reasons).toEqual({ future: 1 });
  });

  it('never advance a watermark', () => {
    const trial = new Trial(planOf(counted, times(10, 20, 1000, 50)));
    expect(trial.feed({ at: 0 }, { at: 1000, recordTime: 0 }, { at: 1000, user: 7 }, { at: 5 })).toEqual([
      'aggregated',
      'deadLetter',
      'deadLetter',
      'aggregated',
    ]);
  });

  it('leave their id free for a repaired event', () => {
    const trial = new Trial(planOf(counted));
    expect(trial.feed({ at: 0, id: 'a', user: 7 }, { at: 0, id: 'a' })).toEqual(['deadLetter', 'aggregated']);
  });

  it('come before late: a broken record has no time to be late by', () => {
    const trial = new Trial(planOf(counted));
    expect(trial.feed({ at: 100 }, { at: 0, user: 7 })).toEqual(['aggregated', 'deadLetter']);
  });
});

/** Out of order 0, late 100, horizon 100: an id is forgotten when W_p - 100 reaches its time. */
describe('duplicates', () => {
  const plan = planOf(counted, times(0, 100, 100));

  it('are ids seen in the partition, whatever else differs', () => {
    const trial = new Trial(plan);
    expect(trial.feed({ at: 0, id: 'a' }, { at: 50, id: 'a', user: 'v' })).toEqual(['aggregated', 'duplicate']);
  });

  it('are judged per partition', () => {
    const trial = new Trial(plan, [0, 1]);
    expect(trial.feed({ at: 0, id: 'a' }, { at: 0, id: 'a', partition: 1 })).toEqual(['aggregated', 'aggregated']);
  });

  it('end with the horizon: at W_p - horizon an id is forgotten, one millisecond before it is not', () => {
    const remembered = new Trial(plan);
    expect(remembered.feed({ at: 1, id: 'a' }, { at: 100 }, { at: 100, id: 'a' })).toEqual([
      'aggregated',
      'aggregated',
      'duplicate',
    ]);
    const forgotten = new Trial(plan);
    expect(forgotten.feed({ at: 0, id: 'a' }, { at: 100 }, { at: 100, id: 'a' })).toEqual([
      'aggregated',
      'aggregated',
      'aggregated',
    ]);
  });

  it('count the first time of an id: a repeat does not keep it alive', () => {
    const trial = new Trial(plan);
    trial.feed({ at: 0, id: 'a' }, { at: 90, id: 'a' }, { at: 100 });
    expect(trial.feed({ at: 100, id: 'a' })).toEqual(['aggregated']);
  });

  it('do not advance a watermark', () => {
    const trial = new Trial(plan);
    expect(trial.feed({ at: 0, id: 'a' }, { at: 5000, id: 'a' }, { at: 1 })).toEqual([
      'aggregated',
      'duplicate',
      'aggregated',
    ]);
  });

  it('are not made by late events: what was never counted may come again', () => {
    const trial = new Trial(planOf(counted, times(0, 10, 1000)));
    expect(trial.feed({ at: 100 }, { at: 50, id: 'a' }, { at: 100, id: 'a' })).toEqual([
      'aggregated',
      'late',
      'aggregated',
    ]);
  });

  it('are told apart by all of a UUID and by all of any other text', () => {
    const uuid = '0190f3a2-7c1e-7000-8000-0000000000';
    const trial = new Trial(plan);
    const ids = [`${uuid}01`, `${uuid}02`, `${uuid}01`.toUpperCase(), '', 'a', 'A', 'é', `${uuid}01`, 'é', ''];
    expect(trial.feed(...ids.map((id) => ({ at: 0, id })))).toEqual([
      ...Array(7).fill('aggregated'),
      ...Array(3).fill('duplicate'),
    ]);
  });
});

it('gives every record exactly one verdict and counts it', () => {
  const trial = new Trial(planOf(counted, times(10, 20, 1000, 50)), [0, 1]);
  trial.feed({ at: 0 }, { at: 0, id: 'e0' }, { at: 500 }, { at: 0 }, { at: 900, recordTime: 0 }, { user: 1 });
  expect(trial.engine.counts()).toEqual([
    {
      partition: 0,
      consumed: 6,
      aggregated: 2,
      duplicates: 1,
      late: 1,
      lateIdle: 0,
      deadLetters: 2,
      reasons: { future: 1, missing_field: 1 },
      nextOffset: 6,
      watermark: 490,
      detectorsLate: 0,
    },
    expect.objectContaining({ partition: 1, consumed: 0, watermark: Number.NEGATIVE_INFINITY }),
  ]);
});

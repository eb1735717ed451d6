import { describe, expect, it } from 'vitest';
import type { Plan } from '../../../src/core/pipeline/plan.js';
import type { CheckpointMeta } from '../../../src/core/run/process/checkpoint.js';
import { AlertIds, DetectorFrontier, judgeAlerts } from '../../../src/core/verify/alerts.js';

/** Ids of the form <detector>/<place>. */
function idsOf(...ids: string[]): AlertIds {
  const found = new AlertIds();
  for (const id of ids) found.add({ id, detector: id.split('/')[0]!, content: 'the same' });
  return found;
}

const raised = new Map([
  ['hot', 2],
  ['cold', 1],
]);
const all = ['hot/1', 'hot/2', 'cold/1'];

describe('alerts', () => {
  it.each<
    [
      what: string,
      stored: string[],
      sent: string[] | undefined,
      faults: [missing: number, extra: number, doubled: number],
    ]
  >([
    ['that are whole', all, all, [0, 0, 0]],
    ['sent twice, which a crash may do', all, [...all, 'hot/1'], [0, 0, 0]],
    ['not stored', ['hot/1', 'cold/1'], all, [1, 0, 0]],
    ['not sent', all, ['hot/1', 'cold/1'], [1, 0, 0]],
    ['neither stored nor sent', ['hot/1', 'cold/1'], ['hot/1', 'cold/1'], [1, 0, 0]],
    ['stored and not raised', [...all, 'hot/3'], all, [0, 1, 0]],
    ['sent and not raised', all, [...all, 'hot/3'], [0, 1, 0]],
    ['stored and sent and not raised', [...all, 'hot/3'], [...all, 'hot/3'], [0, 1, 0]],
    ['of a detector that raised none', [...all, 'odd/1'], all, [0, 1, 0]],
    ['one gone and another in its place', ['hot/1', 'hot/9', 'cold/1'], all, [1, 1, 0]],
    ['that another detector has too many of', ['hot/1', 'cold/1', 'cold/2'], ['hot/1', 'cold/1', 'cold/2'], [1, 1, 0]],
    ['shown twice', [...all, 'hot/1'], all, [0, 0, 1]],
    ['in the table alone, the topic being cut', all, undefined, [0, 0, 0]],
    ['gone from the table, the topic being cut', ['hot/1', 'cold/1'], undefined, [1, 0, 0]],
  ])('%s', (_, stored, sent, [missing, extra, doubled]) => {
    expect(judgeAlerts(raised, idsOf(...stored), sent && idsOf(...sent))).toMatchObject({ missing, extra, doubled });
  });

  it('are counted each once', () => {
    expect(judgeAlerts(raised, idsOf(...all, 'hot/2'), idsOf(...all, 'hot/2', 'hot/2'))).toEqual({
      ...{ raised: 3, stored: 3, in_topic: 3 },
      ...{ doubled: 1, missing: 0, extra: 0, altered: 0 },
    });
    expect(judgeAlerts(new Map(), idsOf(), undefined).in_topic).toBeNull();
  });
});

it('of which table and topic say different things are altered', () => {
  const [stored, sent] = [idsOf(...all), idsOf(...all)];
  sent.add({ id: 'hot/2', detector: 'hot', content: 'another' });
  expect(judgeAlerts(raised, stored, sent)).toMatchObject({ missing: 0, extra: 0, altered: 1 });
  expect(judgeAlerts(raised, stored, undefined).altered).toBe(0);
});

describe('how far detectors have come', () => {
  const plan = { allowedLateness: 1_000 } as Plan;
  const state = { watermark: 5_000, watermarks: { 0: 7_000 } } as unknown as CheckpointMeta;
  const frontier = new DetectorFrontier(state, plan);

  it.each<[time: number, partition: number, offset: number, reached: boolean]>([
    [7_000, 0, 3, true],
    [7_001, 0, 3, false],
    [0, 1, 3, false],
    // A window that ends at 4001 has 4000 as its last moment, which W has passed by all of allowed_lateness.
    [4_001, 0, -1, true],
    [4_002, 0, -1, false],
  ])('time %i of partition %i at offset %i: %s', (time, partition, offset, reached) => {
    expect(frontier.reached({ time, partition, offset })).toBe(reached);
  });

  it('is nowhere before the first event', () => {
    const none = new DetectorFrontier({ ...state, watermark: null, watermarks: {} }, plan);
    expect([none.reached({ time: 0, partition: 0, offset: 1 }), none.windows]).toEqual([false, -Infinity]);
  });
});

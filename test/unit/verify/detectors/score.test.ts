import { describe, expect, it } from 'vitest';
import type { PlanDetector } from '../../../../src/core/pipeline/plan.js';
import { Incidents } from '../../../../src/core/verify/detectors/incidents.js';
import { type Sighting, scoreDetector } from '../../../../src/core/verify/detectors/score.js';
import { planOf, window } from '../../sink/fixture.js';

/** By user; columns are those of the fixture: kind 1, user 3. */
const onEvents: PlanDetector = {
  name: 'quick',
  kind: 'velocity',
  settings: { at_least: 3, within: 1_000, distinct: undefined },
  input: { kind: 'events', fields: planOf().fields, by: [3] },
  inputs: [],
  severity: 'warning',
  cooldown: 0,
  forget: 1,
  finds: ['rush', 'ring'],
};

const keyFields = window.by.map((column) => planOf().fields[column]!);
const onRows: PlanDetector = {
  ...onEvents,
  name: 'many',
  input: { kind: 'window', window: 'sales', size: 10_000, advance: 10_000, fields: keyFields, by: [0, 1] },
};

type Event = [incident: string, time: number, user: string, more?: { kind?: string; partition?: number; run?: string }];

/** Events of incidents named <kind> <number>. */
function incidentsOf(detector: PlanDetector, events: readonly Event[]) {
  const incidents = new Incidents(planOf('shop', { detect: [detector, { ...onEvents, name: 'other', finds: [] }] }));
  for (const [incident, time, user, { kind: eventKind = 'view', partition = 0, run = 'r' } = {}] of events) {
    const [kind, number] = incident.split(' ');
    const event = planOf().fields.map(() => null as string | null);
    event[1] = eventKind;
    event[3] = user;
    incidents.add({ run, kind: kind!, incident: Number(number) }, event, { time, partition });
  }
  expect(incidents.of('other')).toEqual([]);
  return incidents.of(detector.name);
}

function scored(events: readonly Event[], alerts: readonly [time: number, user: string][], seenTo = 1e9) {
  const sightings = alerts.map(([time, user]): Sighting => ({ time, keys: { user_id: user } }));
  return scoreDetector(onEvents, incidentsOf(onEvents, events), sightings, ({ last }) => last <= seenTo);
}

const rush: Event[] = [
  ['rush 1', 1_000, 'ann'],
  ['rush 1', 3_000, 'ann'],
  ['rush 1', 2_000, 'ann'],
];

describe('an alert', () => {
  it.each<[what: string, alert: [number, string], isTrue: number]>([
    ['at the first event', [1_000, 'ann'], 1],
    ['a minute after the last', [63_000, 'ann'], 1],
    ['before the first', [999, 'ann'], 0],
    ['more than a minute after the last', [63_001, 'ann'], 0],
    ['of somebody else', [2_000, 'bob'], 0],
  ])('%s', (_, alert, isTrue) => {
    const found = scored(rush, [alert]);
    expect(found).toMatchObject({ alerts: 1, true_alerts: isTrue, false_alerts: 1 - isTrue, precision: isTrue });
    expect(found).toMatchObject({ incidents: 1, found: isTrue, recall: isTrue });
  });

  it('is true once, however many incidents it is about, and finds them all', () => {
    const found = scored([...rush, ['ring 1', 2_500, 'ann'], ['ring 1', 2_600, 'bob']], [[2_900, 'ann']]);
    expect(found).toMatchObject({ alerts: 1, true_alerts: 1, incidents: 2, found: 2, precision: 1, recall: 1 });
  });

  it('of any key of an incident finds it', () => {
    const ring: Event[] = [
      ['ring 1', 0, 'ann'],
      ['ring 1', 10, 'bob'],
    ];
    expect(scored(ring, [[20, 'bob']])).toMatchObject({ true_alerts: 1, found: 1, delay_ms: 20 });
  });
});

describe('an incident', () => {
  it('of a kind that the detector is not for is none', () => {
    expect(scored([['drift 1', 0, 'ann']], [[0, 'ann']])).toMatchObject({
      incidents: 0,
      false_alerts: 1,
      recall: null,
    });
  });

  it('is another one in another run, partition or kind', () => {
    const same = ['rush 1', 0, 'ann'] as const;
    const events: Event[] = [
      [...same],
      [...same, { run: 'later' }],
      [...same, { partition: 1 }],
      ['ring 1', 0, 'ann'],
      [...same],
    ];
    expect(scored(events, []).incidents).toBe(4);
  });

  it('counts when the detector has seen all of it; an alert on one that does not is true all the same', () => {
    const going = scored(rush, [[2_500, 'ann']], 2_999);
    expect(going).toMatchObject({ incidents: 0, found: 0, recall: null, true_alerts: 1, precision: 1, delay_ms: null });
  });

  it('is found at its first alert; the delay is the median', () => {
    const events: Event[] = [...rush, ['rush 2', 100_000, 'bob'], ['rush 3', 200_000, 'cy'], ['rush 4', 0, 'dan']];
    const alerts: [number, string][] = [
      [3_500, 'ann'],
      [1_010, 'ann'],
      [100_500, 'bob'],
      [200_030, 'cy'],
    ];
    expect(scored(events, alerts)).toMatchObject({ incidents: 4, found: 3, recall: 0.75, delay_ms: 30 });
  });
});

describe('a detector', () => {
  it('on a window is matched by what the window is grouped by, and has the window longer', () => {
    const incidents = incidentsOf(onRows, [['rush 1', 5_000, 'ann', { kind: 'purchase' }]]);
    const sighting = (time: number, kind: string): Sighting => ({ time, keys: { kind, category: null } });
    const alerts = [sighting(75_000, 'purchase'), sighting(75_001, 'purchase'), sighting(10_000, 'view')];
    const found = scoreDetector(onRows, incidents, alerts, ({ last }, reach) => last + reach <= 15_000);
    expect(found).toMatchObject({ alerts: 3, true_alerts: 1, incidents: 1, found: 1, delay_ms: 70_000 });
  });

  it('that is for nothing has alerts and no truth', () => {
    const forNothing = { ...onEvents, finds: [] };
    expect(scoreDetector(forNothing, [], [{ time: 1, keys: { user_id: 'ann' } }], () => true)).toEqual({
      ...{ detector: 'quick', kind: 'velocity', finds: [], alerts: 1, true_alerts: null, false_alerts: null },
      ...{ incidents: 0, found: 0, precision: null, recall: null, delay_ms: null },
    });
  });

  it('that raised nothing has no precision', () => {
    expect(scored(rush, [])).toMatchObject({ alerts: 0, true_alerts: 0, precision: null, recall: 0, delay_ms: null });
  });
});

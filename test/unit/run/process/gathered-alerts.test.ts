import { expect, test, vi } from 'vitest';
import type { Alert } from '../../../../src/core/process/detect/kind.js';
import { GatheredAlerts } from '../../../../src/core/run/process/gathered-alerts.js';

const alert = (id: string): Alert => ({
  id,
  detector: 'hot',
  kind: 'threshold',
  severity: 'warning',
  keys: {},
  time: 0,
  partition: 0,
  offset: 0,
  evidence: {},
});

/** What was stored, insert by insert, and a hand on when an insert ends. */
function setUp() {
  const inserts: string[][] = [];
  const ends: (() => void)[] = [];
  let now = 0;
  const store = {
    store: (alerts: readonly Alert[]) => {
      inserts.push(alerts.map(({ id }) => id));
      return new Promise<void>((resolve) => ends.push(resolve));
    },
  };
  const gathered = new GatheredAlerts({ monotonic: () => now }, store);
  return {
    gathered,
    inserts,
    endAll() {
      for (const end of ends.splice(0)) end();
    },
    passes(ms: number) {
      now += ms;
    },
  };
}

test('alerts of many blocks are one insert, a second after the first of them', async () => {
  const { gathered, inserts, endAll, passes } = setUp();
  gathered.add([alert('a')]);
  await gathered.storeDue();
  passes(600);
  gathered.add([alert('b'), alert('c')]);
  await gathered.storeDue();
  expect(inserts).toEqual([]);
  passes(400);
  const storing = gathered.storeDue();
  await Promise.resolve();
  expect(inserts).toEqual([['a', 'b', 'c']]);
  endAll();
  await storing;
  gathered.add([alert('d')]);
  await gathered.storeDue();
  expect(inserts).toEqual([['a', 'b', 'c']]);
});

test('all are stored when the insert that is under way has ended too', async () => {
  const { gathered, inserts, endAll, passes } = setUp();
  gathered.add([alert('a')]);
  passes(1_000);
  const due = gathered.storeDue();
  gathered.add([alert('b')]);
  const all = gathered.storeAll();
  await Promise.resolve();
  expect(inserts).toEqual([['a']]);
  endAll();
  await due;
  await vi.waitFor(() => expect(inserts).toEqual([['a'], ['b']]));
  expect(await Promise.race([all.then(() => 'stored'), Promise.resolve('under way')])).toBe('under way');
  endAll();
  await all;
});

test('an insert that fails is told to all who ask afterwards: nothing counts as stored behind it', async () => {
  const failure = new Error('away for good');
  const gathered = new GatheredAlerts({ monotonic: () => 0 }, { store: () => Promise.reject(failure) });
  gathered.add([alert('a')]);
  await expect(gathered.storeAll()).rejects.toBe(failure);
  await expect(gathered.storeAll()).rejects.toBe(failure);
});

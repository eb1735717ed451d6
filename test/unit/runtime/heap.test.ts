import { constants, type NodeGCPerformanceDetail, PerformanceObserver } from 'node:perf_hooks';
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { expect, test } from 'vitest';
import { letHeapGrow } from '../../../src/core/runtime/heap.js';

/** Full collections while objects are made that live long enough to reach the old space; some 20 MB are alive at a time. */
async function fullCollections(): Promise<number> {
  let full = 0;
  const observer = new PerformanceObserver((list) => {
    for (const { detail } of list.getEntries() as unknown as { detail: NodeGCPerformanceDetail }[])
      if (detail.kind === constants.NODE_PERFORMANCE_GC_MAJOR) full++;
  });
  observer.observe({ entryTypes: ['gc'] });
  const alive: unknown[] = [];
  for (let made = 0; made < 2_000_000; made++) {
    alive[made % 200_000] = { made, text: `x${made}`, more: [made] };
    if (made % 50_000 === 0) await setImmediate();
  }
  await setImmediate();
  observer.disconnect();
  return full;
}

test('a heap that may grow is seldom collected as a whole', async () => {
  setFlagsFromString('--heap-growing-percent=10');
  const small = await fullCollections();
  letHeapGrow();
  expect(await fullCollections()).toBeLessThan(small / 2);
});

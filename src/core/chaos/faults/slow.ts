import type { Fault } from './fault.js';

const delayMs = 100;

/** Each piece of data takes a tenth of a second longer, one after another: latency, and with it a narrow line. */
export const slow: Fault = {
  done: 'connections slowed',
  befalls: ['kafka', 'clickhouse', 'postgres'],
  weight: 1,
  lastsMs: [1_000, 5_000],
  strike: async ({ proxy }) => proxy?.slow(delayMs),
  heal: async ({ proxy }) => proxy?.mend(),
};

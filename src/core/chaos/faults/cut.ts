import type { Fault } from './fault.js';

/** Every connection to the service is reset, also new ones: nobody knows what became of a request that was under way. */
export const cut: Fault = {
  done: 'connections cut',
  befalls: ['kafka', 'clickhouse', 'postgres'],
  weight: 1,
  lastsMs: [200, 4_000],
  strike: async ({ proxy }) => proxy?.cut(),
  heal: async ({ proxy }) => proxy?.mend(),
};

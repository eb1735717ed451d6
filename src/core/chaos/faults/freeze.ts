import { targetNames } from '../targets/target.js';
import type { Fault } from './fault.js';

/** SIGSTOP, as a paused virtual machine or a long collection of garbage: connections stand, answers do not come. */
export const freeze: Fault = {
  done: 'frozen',
  befalls: targetNames,
  weight: 1,
  lastsMs: [1_000, 5_000],
  strike: async ({ target }) => target.freeze(),
  heal: async ({ target }) => target.thaw(),
};

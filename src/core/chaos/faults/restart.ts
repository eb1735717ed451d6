import { targetNames } from '../targets/target.js';
import type { Fault } from './fault.js';

/** A clean stop, and started again at once. */
export const restart: Fault = {
  done: 'restarted',
  befalls: targetNames,
  weight: 1,
  lastsMs: [0, 0],
  strike: ({ target }) => target.stop(),
  heal: ({ target }) => target.start(),
};

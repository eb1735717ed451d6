import { targetNames } from '../targets/target.js';
import type { Fault } from './fault.js';

/** A clean stop, as for an update: away for a while, then started again. */
export const stop: Fault = {
  done: 'stopped',
  befalls: targetNames,
  weight: 1,
  lastsMs: [500, 3_000],
  strike: ({ target }) => target.stop(),
  heal: ({ target }) => target.start(),
};

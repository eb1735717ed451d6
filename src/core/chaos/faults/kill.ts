import { targetNames } from '../targets/target.js';
import type { Fault } from './fault.js';

/** SIGKILL, and started again by the same command a moment later. */
export const kill: Fault = {
  done: 'killed',
  befalls: targetNames,
  weight: 3,
  lastsMs: [0, 2_000],
  strike: ({ target }) => target.kill(),
  heal: ({ target }) => target.start(),
};

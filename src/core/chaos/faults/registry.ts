import { cut } from './cut.js';
import type { Fault } from './fault.js';
import { freeze } from './freeze.js';
import { kill } from './kill.js';
import { restart } from './restart.js';
import { slow } from './slow.js';
import { stop } from './stop.js';

/** Every kind of fault, by the name that the schedule and --kinds use. */
export const faults = { kill, freeze, stop, restart, cut, slow } as const satisfies Record<string, Fault>;

export type FaultName = keyof typeof faults;

export const faultNames = Object.keys(faults) as FaultName[];

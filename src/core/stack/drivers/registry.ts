import type { Driver, DriverContext } from './driver.js';
import { externalDriver } from './external.js';
import { localDriver } from './local.js';

/** Every way to have a stack; a profile asks for the one with clusters that are already there. */
export const drivers = {
  local: (context) => localDriver(context),
  external: (context, profile) => externalDriver(context, profile),
} as const satisfies Record<string, (context: DriverContext, profile: string) => Driver>;

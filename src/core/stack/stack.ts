import { missingError } from '../runtime/errors.js';
import type { Home } from '../runtime/home.js';
import type { Runtime } from '../runtime/runtime.js';
import type { DownOptions, Driver, StackStatus, UpOptions } from './drivers/driver.js';
import { drivers } from './drivers/registry.js';
import type { Endpoints } from './endpoints.js';
import { type CoreServiceName, coreServiceNames, type ServiceName } from './services/service.js';

export type { StackEvent, StackStatus } from './drivers/driver.js';

/** Brings up what is missing of a home's stack and waits until all of it answers. Throws missing errors. */
export function upStack(
  runtime: Runtime,
  home: Home,
  profile: string | undefined,
  options: UpOptions,
): Promise<StackStatus> {
  return driverOf(runtime, home, profile).up(options);
}

/** Stops what runs and resolves when none of its processes is left; its data stays unless `purge`. */
export function downStack(
  runtime: Runtime,
  home: Home,
  profile: string | undefined,
  options: DownOptions,
): Promise<{ stopped: ServiceName[] }> {
  return driverOf(runtime, home, profile).down(options);
}

/** Asks every service of the stack how it is. */
export function stackStatus(runtime: Runtime, home: Home, profile?: string): Promise<StackStatus> {
  return driverOf(runtime, home, profile).status();
}

/** The endpoints of whatever runs. */
export function runningEndpoints(runtime: Runtime, home: Home, profile?: string): Promise<Endpoints> {
  return driverOf(runtime, home, profile).endpoints();
}

/**
 * The endpoints of the services that the caller needs (what every stack has, unless told), without asking them. Throws a missing error that
 * names those which do not run, or which the profile leaves out.
 */
export async function resolveEndpoints<Needed extends ServiceName = CoreServiceName>(
  runtime: Runtime,
  home: Home,
  profile?: string,
  needed: readonly Needed[] = coreServiceNames as readonly ServiceName[] as readonly Needed[],
): Promise<Endpoints & Required<Pick<Endpoints, Needed>>> {
  const endpoints = await runningEndpoints(runtime, home, profile);
  const absent = needed.filter((name) => endpoints[name] === undefined);
  if (absent.length === 0) return endpoints as Endpoints & Required<Pick<Endpoints, Needed>>;
  const names = absent.join(' and ');
  throw profile
    ? missingError(`profile "${profile}" has no ${names}`, 'Add it in pipe.yaml: see docs/stack.md.', 'NOT_IN_PROFILE')
    : missingError(
        `${names} ${absent.length > 1 ? 'are' : 'is'} not running in ${home.root}`,
        'Run: pipe up',
        'NOT_RUNNING',
      );
}

function driverOf(runtime: Runtime, home: Home, profile: string | undefined): Driver {
  return profile ? drivers.external({ runtime, home }, profile) : drivers.local({ runtime, home });
}

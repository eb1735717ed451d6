import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { missingError } from '../../runtime/errors.js';
import type { Home } from '../../runtime/home.js';
import type { OsLock } from '../../runtime/os-lock.js';
import { readProject } from '../../runtime/project.js';
import type { Endpoints } from '../endpoints.js';
import { PortReservations } from '../net/reservation.js';
import { lockOwner, waitForLock } from '../process/lock.js';
import { findProcess, removeRunFile } from '../process/run-file.js';
import { stopProcess } from '../process/stop.js';
import { openSecrets } from '../secrets.js';
import { services } from '../services/registry.js';
import {
  type OptionalServiceName,
  optionalServiceNames,
  type Service,
  type ServiceContext,
  type ServiceName,
} from '../services/service.js';
import { requireSpace } from '../space.js';
import { allOf } from './all-of.js';
import type { DownOptions, Driver, DriverContext, StackStatus, UpOptions } from './driver.js';
import { type Ports, planPorts, readPorts, writePorts } from './local-ports.js';
import { statusOf } from './local-status.js';
import { bringUp } from './local-up.js';

const all: readonly Service[] = Object.values(services);
/** A fresh stack and a first run of a few minutes. */
const roomNeeded = 512 * 2 ** 20;

/** The real systems as child processes on loopback that outlive the command, found again by their run files. */
export function localDriver(context: DriverContext): Driver {
  return {
    name: 'local',
    up: (options) => underLock(context, options.waitMs, () => up(context, options)),
    down: (options) => underLock(context, 60_000, () => down(context, options)),
    status: () => status(context),
    endpoints: async () => endpoints(context),
  };
}

async function up(context: DriverContext, options: UpOptions): Promise<StackStatus> {
  const { runtime, home } = context;
  const secrets = openSecrets(home);
  const wanted = options.only ? all.filter(({ name }) => options.only!.includes(name)) : partsOf(home, options.with);
  const stopped = wanted.filter(({ name }) => findProcess(home, name).state === 'gone');
  if (stopped.length > 0) requireSpace(home.root, roomNeeded, 'the local stack');
  const reservations = new PortReservations();
  try {
    const ports = await choosePorts(context, stopped, options.anyPort, reservations);
    const contextOf = ({ name }: Service): ServiceContext => {
      const report = (detail: string) => options.onEvent({ service: name, step: 'preparing', detail });
      return { runtime, home, secrets, port: ports[name]!, report };
    };
    await allOf(stopped.map((service) => service.check(contextOf(service))));
    await allOf(wanted.map((service) => bringUp(service, contextOf(service), options)));
  } finally {
    reservations.release();
  }
  return await status(context, wanted);
}

async function down(context: DriverContext, { purge, onEvent }: DownOptions): Promise<{ stopped: ServiceName[] }> {
  const { runtime, home } = context;
  const stopped = await Promise.all(
    all.map(async ({ name, stop, afterStop }) => {
      const { run, state } = findProcess(home, name);
      if (run && state !== 'gone') {
        const begun = runtime.clock.monotonic();
        onEvent({ service: name, step: 'stopping' });
        await stopProcess(runtime.clock, run, stop.signal, stop.patienceMs);
        onEvent({ service: name, step: 'stopped', ms: runtime.clock.monotonic() - begun });
      }
      await afterStop?.({ runtime, home });
      removeRunFile(home, name);
      return run && state !== 'gone' ? name : undefined;
    }),
  );
  if (purge) removeData(home);
  return { stopped: stopped.filter((name) => name !== undefined) };
}

/** With the services' data goes what pipelines remember of it: a ledger of events that are gone would call them lost. */
function removeData({ data, ledger, checkpoints }: Home): void {
  for (const folder of [data, ledger, checkpoints]) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
  }
}

async function status(
  { runtime, home }: DriverContext,
  asked: readonly Service[] = partsOf(home),
): Promise<StackStatus> {
  const secrets = openSecrets(home);
  return {
    driver: 'local',
    services: await Promise.all(asked.map((service) => statusOf(service, { runtime, home, secrets }))),
  };
}

/** What the stack of a home has: an optional service once it was started, until it is taken down. */
function partsOf(home: Home, asked: readonly OptionalServiceName[] = []): Service[] {
  const optional: readonly string[] = optionalServiceNames;
  const started = ({ name }: Service) => findProcess(home, name).run !== undefined;
  return all.filter(
    (service) => !optional.includes(service.name) || asked.some((name) => name === service.name) || started(service),
  );
}

function endpoints({ home }: DriverContext): Endpoints {
  const secrets = openSecrets(home);
  const running = all.flatMap((service) => {
    const { run, state } = findProcess(home, service.name);
    return run && state !== 'gone' ? [service.endpoints({ port: run.port, secrets })] : [];
  });
  return Object.assign({}, ...running);
}

/** What runs keeps its port; what is about to start takes the project file's, else its own of last time, else its usual one. */
async function choosePorts(
  { runtime, home }: DriverContext,
  stopped: readonly Service[],
  anyPort: boolean,
  reservations: PortReservations,
): Promise<Ports> {
  const [wanted, before] = [readProject(runtime).ports, readPorts(home)];
  const wishes = stopped.map(({ name, defaultPort }) => ({
    name,
    port: wanted[name] ?? before[name] ?? defaultPort,
  }));
  const planned = await planPorts(wishes, anyPort, () => runtime.entropy() / 2 ** 53, reservations);
  const kept = all.flatMap(({ name }) => {
    const { run } = findProcess(home, name);
    return run ? [[name, run.port] as const] : [];
  });
  const ports = { ...before, ...Object.fromEntries(kept), ...planned };
  writePorts(home, ports);
  return ports;
}

/** One command at a time changes the stack of a home. */
async function underLock<T>({ runtime, home }: DriverContext, waitMs: number, work: () => Promise<T>): Promise<T> {
  const path = join(home.run, 'stack.lock');
  const lock: OsLock | undefined = await waitForLock(runtime, path, waitMs, (owner) =>
    runtime.note(`waiting for another pipe up or down (${owner}) on ${home.root}`),
  );
  if (!lock)
    throw missingError(
      `another pipe up or down (${lockOwner(path)}) is still at work on ${home.root}`,
      'Let it finish, or end it and try again.',
      'STACK_LOCKED',
    );
  try {
    return await work();
  } finally {
    lock.release();
  }
}

import { messageOf, missingError, PipeError } from '../../runtime/errors.js';
import { exitCodeOf } from '../../runtime/node-runtime.js';
import { loopback } from '../net/ports.js';
import { stateOf } from '../process/identity.js';
import { findProcess, type RunFile, writeRunFile } from '../process/run-file.js';
import { spawnDetached, tailOf } from '../process/spawn.js';
import type { Service, ServiceContext } from '../services/service.js';
import type { UpOptions } from './driver.js';

const pollMs = 50;

/** One service from whatever state it is in to `ready`. Throws missing errors with the end of its log. */
export async function bringUp(service: Service, context: ServiceContext, options: UpOptions): Promise<void> {
  const { runtime, home } = context;
  const { name } = service;
  const begun = runtime.clock.monotonic();
  try {
    const found = findProcess(home, name);
    const runs = found.run && found.state !== 'gone';
    const run = runs ? found.run! : await start(service, context, options);
    const version = await untilReady(service, { ...context, port: run.port }, run, options.waitMs);
    await service.afterStart?.({ ...context, port: run.port });
    writeRunFile(home, { ...run, version, readyAt: run.readyAt ?? runtime.clock.now() });
    const ms = runtime.clock.monotonic() - begun;
    options.onEvent(runs ? { service: name, step: 'running' } : { service: name, step: 'ready', ms });
  } catch (error) {
    if (runtime.signal.aborted)
      throw new PipeError('stopped before the stack was ready', {
        code: 'INTERRUPTED',
        exit: exitCodeOf(runtime.signal.reason),
        hint: 'pipe up goes on from here; pipe down ends what was started.',
      });
    options.onEvent({ service: name, step: 'failed', detail: messageOf(error) });
    throw noSpace(error) ?? error;
  }
}

async function start(service: Service, context: ServiceContext, options: UpOptions): Promise<RunFile> {
  const { home, port } = context;
  const { name } = service;
  options.onEvent({ service: name, step: 'preparing' });
  await service.prepare(context);
  options.onEvent({ service: name, step: 'starting' });
  const { identity } = await spawnDetached(name, await service.process(context));
  const run = { name, ...identity, port, address: `${loopback}:${port}`, version: null, readyAt: null };
  writeRunFile(home, run);
  return run;
}

/** Asks until the service answers, its process ends or `waitMs` are over. */
async function untilReady(service: Service, context: ServiceContext, run: RunFile, waitMs: number): Promise<string> {
  const { clock, signal } = context.runtime;
  const deadline = clock.monotonic() + waitMs;
  for (;;) {
    try {
      return (await service.probe(context)).version;
    } catch (error) {
      const state = stateOf(run);
      if (state === 'gone') throw ended(service, context);
      if (clock.monotonic() >= deadline)
        throw missingError(
          `${run.name} (pid ${run.pid}) did not answer on ${run.address} within ${waitMs / 1000} s: ${
            state === 'frozen' ? 'its process is stopped by a signal (SIGSTOP)' : messageOf(error)
          }`,
          state === 'frozen'
            ? `Run: kill -CONT ${run.pid}`
            : `See: pipe logs ${run.name}. Start anew: pipe down && pipe up`,
          'NOT_READY',
          error,
        );
      await clock.sleep(pollMs, signal);
    }
  }
}

function ended(service: Service, { home }: ServiceContext): Error {
  const lines = [service.logFile(home), service.outputFile(home)].map((path) => tailOf(path, 5)).filter(Boolean);
  return missingError(
    `${service.name} ended while starting; its last words:\n${lines.join('\n')}`,
    `More: pipe logs ${service.name} -n 100`,
    'ENDED_WHILE_STARTING',
  );
}

function noSpace(error: unknown): PipeError | undefined {
  if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') return undefined;
  return missingError(`the disk is full: ${messageOf(error)}`, 'Make room, then run: pipe up', 'DISK_FULL', error);
}

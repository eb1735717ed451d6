import { setMaxListeners } from 'node:events';
import { join, resolve } from 'node:path';
import { withMetadata } from '../metadata/connect.js';
import { seedIfEmpty } from '../metadata/seed.js';
import type { Plan } from '../pipeline/plan.js';
import type { GenerateSummary } from '../run/generate/summary.js';
import { findPipeline, type PipelineChoice } from '../run/pipeline-source.js';
import { processPipeline } from '../run/process/process-pipeline.js';
import type { ProcessReport } from '../run/process/process-report.js';
import { readyStack } from '../run/ready-stack.js';
import type { Home } from '../runtime/home.js';
import type { Runtime } from '../runtime/runtime.js';
import type { CoreEndpoints } from '../stack/services/service.js';
import { verifyPipeline } from '../verify/verify.js';
import type { FaultName } from './faults/registry.js';
import { type ProxiedStack, profileName, proxyStack } from './proxy/proxied-stack.js';
import type { ChaosReport, FaultReport } from './report.js';
import { planFaults, type ScheduledFault } from './schedule.js';
import { carryOut, type Victims } from './strike.js';
import { type CommandTarget, commandTarget, type GaveUp } from './targets/command-target.js';
import { engineCommand } from './targets/engine.js';
import { generatorCommand } from './targets/generator.js';
import { serviceTarget } from './targets/service-target.js';
import type { TargetName } from './targets/target.js';

export interface ChaosOptions extends PipelineChoice {
  rate: string;
  count: number;
  /** Of the load; as long as the faults need, when left out. */
  durationMs?: number;
  seed: number;
  targets: readonly TargetName[];
  kinds: readonly FaultName[];
  /** Of every fault, from strike to heal; by its kind, when left out. */
  lastsMs?: number;
  onStep(step: string): void;
  onStruck(fault: FaultReport): void;
  onRecovered(fault: FaultReport): void;
  onGaveUp(how: GaveUp & { at_s: number }): void;
}

/** For a fault and most of what follows from it, on a machine of two cores. */
const perFaultMs = 5_000;
const leastMs = 20_000;
/** What struck last may still be recovered from when the load is over. */
const lastRecoveryMs = 30_000;

/**
 * Load on the running stack, faults by schedule, then the proof. The stack is up when it returns or throws, whatever happened to it. Throws a
 * missing error when the stack is not ready or the pipeline's engine runs already.
 */
export async function chaos(runtime: Runtime, home: Home, options: ChaosOptions): Promise<ChaosReport> {
  const plan = findPipeline(runtime, options);
  const { seed, count, targets, kinds, lastsMs, onStep } = options;
  const durationMs = options.durationMs ?? Math.max(leastMs, count * perFaultMs);
  const schedule = planFaults({ seed, count, durationMs, targets, kinds, lastsMs });
  const endpoints = await readyStack(runtime, home, plan, { why: 'chaos runs, and kills, one of its own.' });
  onStep('seeding the metadata where they are empty');
  await withMetadata(endpoints.postgres, (client) => seedIfEmpty(client, runtime, plan));
  const proxied = await proxyStack(home, endpoints);
  try {
    const run = new ChaosRun(runtime, home, plan, proxied, { ...options, durationMs });
    return await run.report(schedule, endpoints);
  } finally {
    await proxied.close();
  }
}

/** One load with its faults. */
class ChaosRun {
  private readonly runtime: Runtime;
  private readonly home: Home;
  private readonly plan: Plan;
  private readonly options: ChaosOptions;
  private readonly generator: CommandTarget;
  private readonly engine: CommandTarget;
  private readonly victims: Victims;
  private readonly gaveUp: ChaosReport['gave_up'] = [];
  private readonly begun: number;

  constructor(
    runtime: Runtime,
    home: Home,
    plan: Plan,
    { proxies, cwd, env }: ProxiedStack,
    options: ChaosOptions & { durationMs: number },
  ) {
    this.runtime = runtime;
    this.home = home;
    this.plan = plan;
    this.options = options;
    this.begun = runtime.clock.monotonic();
    const { rate, seed, durationMs } = options;
    // The names of a run and its seed are told apart by the time: the same chaos may be run again.
    const run = `chaos-${seed}-${runtime.clock.now()}`;
    const select = options.pipeline ? ['--pipeline', resolve(runtime.cwd, options.pipeline)] : ['--domain', plan.name];
    const place = ['--home', home.root, '--profile', profileName, '--json'];
    const command = (given: ReturnType<typeof engineCommand>): CommandTarget =>
      commandTarget(
        runtime,
        {
          ...given,
          args: () => [...given.args(), ...place],
          cwd,
          env: { ...runtime.env, ...env, PIPE_DOMAIN: undefined, PIPE_PIPELINE: undefined },
          logFile: join(home.logs, `chaos-${given.name}.log`),
        },
        (how) => this.note(how),
      );
    this.generator = command(generatorCommand(home, plan, { run, rate, durationMs, seed, select }));
    this.engine = command(engineCommand(home, plan, select));
    const healing = { ...runtime, signal: new AbortController().signal, note: () => undefined };
    const service = (name: 'kafka' | 'clickhouse' | 'postgres') => ({
      target: serviceTarget(healing, home, name),
      proxy: proxies[name],
    });
    this.victims = {
      generator: { target: this.generator, proxy: undefined },
      engine: { target: this.engine, proxy: undefined },
      kafka: service('kafka'),
      clickhouse: service('clickhouse'),
      postgres: service('postgres'),
    };
  }

  async report(schedule: readonly ScheduledFault[], endpoints: CoreEndpoints): Promise<ChaosReport> {
    const { options, runtime, plan } = this;
    const { signal } = runtime;
    const looking = new AbortController();
    // One for each recovery that is waited for.
    setMaxListeners(0, looking.signal);
    let faults: FaultReport[] = [];
    let generated: GenerateSummary | undefined;
    try {
      options.onStep(`generating ${options.rate} events/s and processing them, with ${schedule.length} faults`);
      await this.engine.start();
      await this.generator.start();
      const events = { struck: options.onStruck, recovered: options.onRecovered };
      const done = await carryOut(runtime, schedule, {
        victims: this.victims,
        signal,
        stopLooking: looking.signal,
        events,
      });
      faults = done.faults;
      options.onStep('all faults are healed; the load goes on to its end');
      generated = (await orAborted(this.generator.finished, signal)) as GenerateSummary | undefined;
      // Left by itself, the clock would keep the command alive when all is said.
      const waiting = AbortSignal.any([signal, looking.signal]);
      await Promise.race([done.recoveries, runtime.clock.sleep(lastRecoveryMs, waiting).catch(() => undefined)]);
    } finally {
      looking.abort();
      await this.heal();
    }
    const last = await this.catchUp(endpoints);
    if (last) options.onStep('computing every window anew to compare');
    const verify = last && !signal.aborted ? await verifyPipeline(runtime, this.home, plan, endpoints) : null;
    return {
      ok: verify?.ok === true,
      domain: plan.name,
      seed: options.seed,
      faults,
      gave_up: this.gaveUp,
      totals: {
        faults: countKinds(faults),
        restarts: { generator: this.generator.restarts, engine: this.engine.restarts },
        recovered_ms: recoveryTimes(faults),
        duration_s: this.seconds(),
      },
      generate: generated ?? null,
      process: last ?? null,
      verify,
    };
  }

  /** Everything thawed, connected and up, and the load ended. */
  private async heal(): Promise<void> {
    for (const { target, proxy } of Object.values(this.victims)) {
      target.thaw();
      proxy?.mend();
    }
    for (const name of ['kafka', 'postgres', 'clickhouse'] as const) await this.victims[name].target.start();
    await Promise.all([this.generator.end(), this.engine.end()]);
  }

  private async catchUp(endpoints: CoreEndpoints): Promise<ProcessReport | undefined> {
    const { runtime, home, plan } = this;
    if (runtime.signal.aborted) return undefined;
    this.options.onStep('processing what is left, open windows included');
    return processPipeline(runtime, home, plan, endpoints, { engine: 'builtin', workers: 1, untilCaughtUp: true });
  }

  private note(how: GaveUp): void {
    const told = { at_s: this.seconds(), ...how };
    this.gaveUp.push(told);
    this.options.onGaveUp(told);
  }

  private seconds(): number {
    return Math.round((this.runtime.clock.monotonic() - this.begun) / 100) / 10;
  }
}

function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  if (signal.aborted) return Promise.resolve(undefined);
  return Promise.race([
    work,
    new Promise<undefined>((done) => signal.addEventListener('abort', () => done(undefined), { once: true })),
  ]);
}

function countKinds(faults: readonly FaultReport[]): ChaosReport['totals']['faults'] {
  const counts: ChaosReport['totals']['faults'] = {};
  for (const { fault } of faults) counts[fault] = (counts[fault] ?? 0) + 1;
  return counts;
}

function recoveryTimes(faults: readonly FaultReport[]): ChaosReport['totals']['recovered_ms'] {
  const times = faults.flatMap(({ recovered_ms: ms }) => ms ?? []).sort((a, b) => a - b);
  return { median: times[Math.floor(times.length / 2)] ?? null, max: times.at(-1) ?? null };
}

import type { Home } from '../runtime/home.js';
import type { Runtime } from '../runtime/runtime.js';
import type { ServiceStatus } from '../stack/drivers/driver.js';
import { stackStatus } from '../stack/stack.js';
import { findTargets, type Target } from './announcement.js';
import { coresOf, engineFigures, generatorFigures, type Pair } from './figures.js';
import { parseSampled, type Sampled } from './sampled.js';
import type { PipelineLook, ProcessLook, Snapshot } from './snapshot.js';

/** Longer a look does not wait for a process. */
const answerWithinMs = 900;
/** Asking the services takes connections: not at each look. */
const servicesEveryMs = 3_000;

/**
 * Looks at everything that runs in a home. It only reads. What is away, or does not answer, shows so in the snapshot; `next` throws for nothing but a
 * profile that is wrong.
 */
export class Watch {
  private readonly runtime: Runtime;
  private readonly home: Home;
  private readonly profile: string | undefined;
  private readonly windowMs: number;
  /** By process, oldest first: of the window and the one before it. */
  private readonly history = new Map<string, Sampled[]>();
  private services: ServiceStatus[] = [];
  private asked = Number.NEGATIVE_INFINITY;
  private asking: Promise<void> | undefined;

  constructor(runtime: Runtime, home: Home, { profile, windowS = 10 }: { profile?: string; windowS?: number } = {}) {
    this.runtime = runtime;
    this.home = home;
    this.profile = profile;
    this.windowMs = windowS * 1000;
  }

  /** One look. To be called about once a second: rates reach back to the looks before. */
  async next(): Promise<Snapshot> {
    const targets = findTargets(this.home);
    const [looks] = await Promise.all([Promise.all(targets.map((target) => this.lookAt(target))), this.askServices()]);
    this.forget(targets);
    const at = this.runtime.clock.now();
    return {
      at,
      window_s: this.windowMs / 1000,
      services: this.services,
      processes: looks.map(({ process }) => process),
      pipelines: pipelinesOf(looks, at),
    };
  }

  private async lookAt(target: Target): Promise<Look> {
    const { job, pipeline, pid, address, state } = target;
    const told = state === 'running' ? await sampledOf(address) : undefined;
    const pair = told && this.remember(keyOf(target), told);
    return {
      pair,
      process: {
        job,
        pipeline,
        pid,
        address,
        state: state === 'running' && !told ? 'silent' : state,
        cpu_cores: pair ? coresOf(pair) : null,
        rss_bytes: told?.rssBytes ?? null,
      },
    };
  }

  private remember(key: string, now: Sampled): Pair {
    const samples = [...(this.history.get(key) ?? []), now];
    while (samples.length > 2 && samples[1]!.at <= now.at - this.windowMs) samples.shift();
    this.history.set(key, samples);
    return samples.length > 1 ? { now, before: samples[0]! } : { now };
  }

  private forget(targets: readonly Target[]): void {
    const there = new Set(targets.map(keyOf));
    for (const key of this.history.keys()) if (!there.has(key)) this.history.delete(key);
  }

  /** Waits for the first answer, and for no later one: a service that hangs does not hold up the looks. */
  private async askServices(): Promise<void> {
    const { clock } = this.runtime;
    const first = this.asked === Number.NEGATIVE_INFINITY;
    if (!this.asking && clock.monotonic() - this.asked >= servicesEveryMs) {
      this.asked = clock.monotonic();
      this.asking = stackStatus(this.runtime, this.home, this.profile)
        .then(({ services }) => {
          this.services = services;
        })
        .finally(() => {
          this.asking = undefined;
        });
      if (!first) this.asking.catch(() => undefined);
    }
    if (first) await this.asking;
  }
}

interface Look {
  process: ProcessLook;
  /** Undefined of what tells nothing. */
  pair: Pair | undefined;
}

function pipelinesOf(looks: readonly Look[], at: number): PipelineLook[] {
  return [...new Set(looks.map(({ process }) => process.pipeline))].sort().map((pipeline) => {
    const of = (job: string) =>
      looks.find(({ process, pair }) => pair && process.job === job && process.pipeline === pipeline)?.pair;
    const [generator, engine] = [of('generator'), of('engine')];
    return {
      pipeline,
      generator: generator ? generatorFigures(generator) : null,
      engine: engine ? engineFigures(engine, at) : null,
    };
  });
}

function keyOf({ job, pipeline, pid }: Target): string {
  return `${job} ${pipeline} ${pid}`;
}

async function sampledOf(address: string): Promise<Sampled | undefined> {
  try {
    const response = await fetch(`http://${address}/samples`, { signal: AbortSignal.timeout(answerWithinMs) });
    return response.ok ? parseSampled(await response.text()) : undefined;
  } catch {
    return undefined;
  }
}

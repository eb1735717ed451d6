import { startOwnStack } from '../../demo/own-stack.js';
import type { Plan } from '../../pipeline/plan.js';
import { readyStack } from '../../run/ready-stack.js';
import type { Home } from '../../runtime/home.js';
import type { Runtime } from '../../runtime/runtime.js';
import type { CoreEndpoints } from '../../stack/services/service.js';
import { resolveEndpoints, type StackEvent, type StackStatus, stackStatus } from '../../stack/stack.js';

export const stackChoices = ['running', 'own'] as const;
export type StackChoice = (typeof stackChoices)[number];

export interface StackOptions {
  profile?: string;
  /** Left out: the one that runs in the home, and where none does, one of its own. */
  stack?: StackChoice;
}

/** What is measured on. */
export interface BenchStack {
  /** Holds ledger and checkpoints. */
  home: Home;
  status: StackStatus;
  endpoints: CoreEndpoints;
  /** The flags that lead a command of ours to it. */
  place: readonly string[];
  /** Removes it if it is the run's own. */
  close(): Promise<void>;
}

/** Throws missing errors when the chosen stack is not ready or the pipeline's engine runs on it. */
export async function openBenchStack(
  runtime: Runtime,
  home: Home,
  plan: Plan,
  { profile, stack }: StackOptions,
  hooks: { onStep(step: string): void; onStack(event: StackEvent): void },
): Promise<BenchStack> {
  const chosen = profile === undefined ? (stack ?? (await nearest(runtime, home))) : 'running';
  if (chosen === 'running') {
    const endpoints = await readyStack(runtime, home, plan, {
      ...(profile === undefined ? {} : { profile }),
      why: 'bench measures one of its own.',
    });
    return {
      home,
      status: await stackStatus(runtime, home, profile),
      endpoints,
      place: ['--home', home.root, ...(profile === undefined ? [] : ['--profile', profile])],
      close: async () => undefined,
    };
  }
  hooks.onStep('starting a stack of its own: Kafka, PostgreSQL and ClickHouse');
  const own = await startOwnStack(runtime, hooks.onStack);
  return {
    home: own.home,
    status: own.status,
    endpoints: await resolveEndpoints(runtime, own.home),
    place: ['--home', own.home.root],
    async close() {
      hooks.onStep('stopping the stack');
      await own.remove();
    },
  };
}

async function nearest(runtime: Runtime, home: Home): Promise<StackChoice> {
  const { services } = await stackStatus(runtime, home);
  return services.every(({ state }) => state === 'stopped') ? 'own' : 'running';
}

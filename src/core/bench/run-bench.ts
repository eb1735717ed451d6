import { findPipeline } from '../run/pipeline-source.js';
import type { Home } from '../runtime/home.js';
import type { Runtime } from '../runtime/runtime.js';
import { findMax } from './find-max/find-max.js';
import { surroundings } from './measure/environment.js';
import { onFailure } from './measure/objectives.js';
import { Rig } from './measure/rig.js';
import { secondOf } from './measure/second.js';
import { openBenchStack } from './measure/stack.js';
import { recordOf } from './measure/to-record.js';
import type { BenchHooks, BenchOptions } from './options.js';
import type { BenchRecord } from './record.js';
import type { Workload } from './workload/schema.js';

/**
 * Measures a workload on the chosen stack with a generator and an engine of its own, verifies what is stored, and answers with the record. Ctrl-C
 * ends the load, and the record has what was measured until then. Throws missing errors when the stack is not ready.
 */
export async function runBench(
  runtime: Runtime,
  home: Home,
  workload: Workload,
  options: BenchOptions,
  hooks: BenchHooks,
): Promise<BenchRecord> {
  const plan = findPipeline(runtime, workload);
  const select = workload.pipeline === undefined ? ['--domain', plan.name] : ['--pipeline', workload.pipeline];
  const stack = await openBenchStack(runtime, home, plan, options, hooks);
  try {
    const { workers } = options;
    const around = { ...(await surroundings(runtime, plan, stack)), engine: 'builtin', workers };
    const rig = await Rig.open(runtime, plan, stack, { select, workers }, hooks);
    try {
      if (options.findMax) return await findMax(rig, workload, { ...options, around }, hooks);
      hooks.onStep(stepOf(workload));
      const ends = onFailure(workload);
      const measurement = await rig.measure(workload, options.seed, {
        onSecond: (moment) => {
          hooks.onSecond(secondOf(workload, moment));
          return ends(moment);
        },
      });
      const stopped = measurement.ended === 'stopped';
      if (stopped) await rig.stop();
      return recordOf(measurement, around, stopped ? null : (await rig.verify(options.quick)).verify);
    } finally {
      rig.abandon();
    }
  } finally {
    await stack.close();
  }
}

function stepOf({ name, rate, duration_s, warmup_s }: Workload): string {
  const load = rate === 'max' ? 'as many events as it can' : `${rate} events/s`;
  return `${name}: ${load} for ${duration_s} s${warmup_s > 0 ? ` after ${warmup_s} s of warm-up` : ''}`;
}

import type { Plan } from '../../pipeline/plan.js';
import { usageError } from '../../runtime/errors.js';
import type { Home } from '../../runtime/home.js';
import type { Runtime } from '../../runtime/runtime.js';
import { EngineReport } from './engine-report.js';
import { EngineRun } from './engine-run.js';
import { type EngineEndpoints, type Opened, openEngine } from './open.js';
import type { ProcessOptions } from './process-options.js';
import type { ProcessReport } from './process-report.js';
import { RunningEngine } from './running-engine.js';
import { isStopped } from './stopped.js';

/** Reads the pipeline's topic from where the last run stood, and stores events and windows, until stopped or caught up. */
export async function processPipeline(
  runtime: Runtime,
  home: Home,
  plan: Plan,
  endpoints: EngineEndpoints,
  options: ProcessOptions,
): Promise<ProcessReport> {
  checkWorkers(options);
  const opened = await openEngine(runtime, home, plan, endpoints);
  try {
    const running = new RunningEngine(runtime, plan, opened, { bySecond: options.report !== undefined });
    const begun = runtime.clock.monotonic();
    const run = new EngineRun(runtime, plan, opened, running, options);
    const report =
      options.report === undefined
        ? undefined
        : new EngineReport(runtime, options.report, () => running.processor.latencies.take(), run.standing());
    run.onBlock = (measured) => {
      if (measured) report?.add(measured);
      report?.note(run.standing());
    };
    const stopLooking = options.observe?.(run.look());
    try {
      await running.connect();
      runtime.note(`processing ${plan.topics.events}, ${whereFrom(running, opened)}`);
      await run.run();
    } catch (error) {
      if (!isStopped(error)) throw error;
      runtime.note(`${error.message}. The next start takes it up.`);
    } finally {
      stopLooking?.();
      await run.close();
      await running.close();
      await report?.close();
    }
    return run.report((runtime.clock.monotonic() - begun) / 1000);
  } finally {
    await opened.close();
  }
}

function checkWorkers({ engine, workers }: ProcessOptions): void {
  if (workers > 1 && engine === 'reference')
    throw usageError(
      `expected one worker for the reference engine, got ${workers}`,
      'Its consumer reads all partitions: leave --workers out, or take --engine builtin.',
    );
}

function whereFrom({ processor: { positions } }: RunningEngine, { offsets, journal }: Opened): string {
  const behind = offsets.reduce((sum, { partition, end }) => sum + end - positions.get(partition)!, 0);
  const open = journal.outstanding.length;
  const after = open > 0 ? `; ${open} blocks after the last checkpoint are judged again` : '';
  return `${offsets.length} partitions, ${behind} events behind${after}`;
}

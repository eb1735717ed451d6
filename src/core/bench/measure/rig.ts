import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { withMetadata } from '../../metadata/connect.js';
import { seedIfEmpty } from '../../metadata/seed.js';
import type { Plan } from '../../pipeline/plan.js';
import { type PipeProcess, startPipe } from '../../run/pipe-process.js';
import type { EngineReportLine } from '../../run/process/engine-report.js';
import { processPipeline } from '../../run/process/process-pipeline.js';
import type { ProcessReport } from '../../run/process/process-report.js';
import { PipeError } from '../../runtime/errors.js';
import type { Runtime } from '../../runtime/runtime.js';
import type { VerifyReport } from '../../verify/report.js';
import { verifyPipeline } from '../../verify/verify.js';
import type { Workload } from '../workload/schema.js';
import { type Measurement, type MeasureWatch, measure } from './measure.js';
import { ReportTail } from './report-tail.js';
import type { EngineWatch, RigParts } from './rig-parts.js';
import type { BenchStack } from './stack.js';

export interface RigHooks {
  onStep(step: string): void;
  note(line: string): void;
}

const pollMs = 200;

/** An engine of its own on a stack, on which one workload after another can be measured. */
export class Rig {
  private readonly parts: RigParts;
  private readonly process: PipeProcess<ProcessReport>;
  private readonly hooks: RigHooks;

  private constructor(parts: RigParts, process: PipeProcess<ProcessReport>, hooks: RigHooks) {
    this.parts = parts;
    this.process = process;
    this.hooks = hooks;
  }

  /** Resolves when the engine has caught up with what was in the topic before. */
  static async open(
    runtime: Runtime,
    plan: Plan,
    stack: BenchStack,
    { select, workers }: { select: readonly string[]; workers: number },
    hooks: RigHooks,
  ): Promise<Rig> {
    hooks.onStep('seeding the metadata where they are empty');
    await withMetadata(stack.endpoints.postgres, (client) => seedIfEmpty(client, runtime, plan));
    const folder = mkdtempSync(join(stack.home.run, 'bench-'));
    const report = join(folder, 'engine.ndjson');
    hooks.onStep('starting the engine');
    const args = ['process', ...select, ...stack.place, '--workers', String(workers), '--report', report];
    const process = startPipe<ProcessReport>(runtime, 'engine', args, (line) => {
      // What it says of its own progress is in the report.
      if (!line.startsWith('process')) hooks.note(`engine: ${line}`);
    });
    const rig = new Rig({ runtime, plan, stack, select, folder, engine: watchOf(process, report) }, process, hooks);
    try {
      await process.began;
      await rig.caughtUp();
      return rig;
    } catch (error) {
      rig.abandon();
      throw error;
    }
  }

  measure(workload: Workload, seed: number, watch: MeasureWatch): Promise<Measurement> {
    return measure(this.parts, workload, seed, watch);
  }

  /** Ends the engine, stores what is left of open windows, and proves what is stored. Without windows where the run was stopped. */
  async verify(quick: boolean): Promise<{ engine: ProcessReport; verify: VerifyReport }> {
    const { runtime, plan, stack } = this.parts;
    const { home, endpoints } = stack;
    this.hooks.onStep('ending the engine, and processing what is left, open windows included');
    const engine = await this.process.stop();
    const silent = { ...runtime, note: () => undefined };
    await processPipeline(silent, home, plan, endpoints, { engine: 'builtin', workers: 1, untilCaughtUp: true });
    this.hooks.onStep(
      quick ? 'holding counts and windows against each other' : 'computing every window anew to compare',
    );
    const verify = await verifyPipeline(silent, home, plan, endpoints, { quick });
    rmSync(this.parts.folder, { recursive: true, force: true });
    return { engine, verify };
  }

  /** Ends the engine cleanly, and leaves open windows to whoever comes. */
  async stop(): Promise<void> {
    await this.process.stop();
  }

  /** Ends the engine at once, if it has not ended. */
  abandon(): void {
    this.process.kill();
    rmSync(this.parts.folder, { recursive: true, force: true });
  }

  private async caughtUp(): Promise<void> {
    const { clock, signal } = this.parts.runtime;
    for (let told = false; ; ) {
      const left = this.parts.engine.read().at(-1)?.left;
      if (left === 0) return;
      if (left !== undefined && !told) this.hooks.onStep(`the engine catches up with ${left} events from before`);
      told ||= left !== undefined;
      await clock.sleep(pollMs, signal);
    }
  }
}

function watchOf(engine: PipeProcess<ProcessReport>, report: string): EngineWatch {
  const tail = new ReportTail<EngineReportLine>(report);
  let counts = { consumed: 0, stored: 0 };
  let failure: unknown;
  engine.ended.then(
    () => (failure = new PipeError('the engine ended before it was told to', { code: 'ENGINE_ENDED' })),
    (error: unknown) => (failure = error),
  );
  return {
    read() {
      if (failure) throw failure;
      const lines = tail.read();
      const last = lines.at(-1);
      if (last) counts = { consumed: last.consumed, stored: last.aggregated };
      return lines;
    },
    get counts() {
      return counts;
    },
  };
}

import { Flags } from '@oclif/core';
import { PipeCommand } from '../core/cli/command.js';
import { pipelineFlags, reportFlag, stackFlags, workersFlag } from '../core/cli/flags.js';
import { processProgress, processSummary } from '../core/cli/present-process.js';
import { engineSamples } from '../core/observe/engine-samples.js';
import { exportMetrics } from '../core/observe/exporter.js';
import { findPipeline } from '../core/run/pipeline-source.js';
import { processPipeline } from '../core/run/process/process-pipeline.js';
import type { ProcessReport } from '../core/run/process/process-report.js';
import { type EngineName, engineNames } from '../core/run/process/sources/registry.js';
import { resolveEndpoints } from '../core/stack/stack.js';

export default class Process extends PipeCommand<ProcessReport> {
  static override summary = 'Read the topic, store events, windows and alerts in ClickHouse.';
  static override description =
    'Goes on where the last run stood, also after a crash. Without --until-caught-up it runs until it is stopped (Ctrl-C) and then ends cleanly.';
  static override examples = [
    '<%= config.bin %> process --domain iot',
    '<%= config.bin %> process --domain ecommerce --until-caught-up --json',
  ];
  static override flags = {
    ...stackFlags,
    ...pipelineFlags,
    engine: Flags.option({ options: engineNames as [EngineName, ...EngineName[]] })({
      summary: 'builtin reads with our own Fetch, reference with the consumer of kafkajs; the results are the same.',
      default: 'builtin',
    }),
    workers: workersFlag(),
    'until-caught-up': Flags.boolean({
      summary: 'End when all that was in the topic at the start is processed; open windows are stored as provisional.',
    }),
    report: reportFlag,
  };

  async run(): Promise<ProcessReport> {
    const { flags } = await this.parse(Process);
    const home = this.home(flags);
    const plan = findPipeline(this.runtime, flags);
    const endpoints = await resolveEndpoints(this.runtime, home, flags.profile, ['kafka', 'clickhouse', 'postgres']);
    const report = await processPipeline(this.runtime, home, plan, endpoints, {
      engine: flags.engine,
      workers: flags.workers,
      untilCaughtUp: flags['until-caught-up'],
      onProgress: processProgress(this.runtime),
      report: flags.report,
      observe: (look) =>
        exportMetrics(
          this.runtime,
          home,
          { job: 'engine', pipeline: plan.name },
          engineSamples(look, this.runtime.clock),
        ),
    });
    return this.present(report, processSummary);
  }
}

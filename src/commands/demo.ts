import { Flags } from '@oclif/core';
import { PipeCommand } from '../core/cli/command.js';
import { globalFlags, pipelineFlags } from '../core/cli/flags.js';
import { demoSummary } from '../core/cli/present-demo.js';
import { showProgress } from '../core/cli/send-progress.js';
import { stackReporter } from '../core/cli/stack-view.js';
import { type DemoReport, demo } from '../core/demo/demo.js';
import { chosenPipeline } from '../core/run/pipeline-source.js';
import { ExitCode } from '../core/runtime/exit-codes.js';

export default class Demo extends PipeCommand<DemoReport> {
  static override summary = 'Run the whole loop once: start, generate, process, query, verify, stop.';
  static override description =
    'In a temporary home and on free ports, so that it never touches a stack that runs; nothing is left behind unless --keep. Exits as verify does.';
  static override examples = [
    '<%= config.bin %> demo',
    '<%= config.bin %> demo --domain finance --rate 5000 --duration 10s',
    { description: "A pipeline file of one's own", command: '<%= config.bin %> demo --pipeline parcels.pipeline.yaml' },
  ];
  // It makes a home of its own.
  static override baseFlags = { ...globalFlags, home: Flags.string({ env: 'PIPE_HOME', hidden: true }) };
  static override flags = {
    ...pipelineFlags,
    rate: Flags.string({ summary: 'Events per second.', default: '10000', helpValue: 'R' }),
    duration: Flags.string({ summary: 'How long events are generated.', default: '30s', helpValue: 'DURATION' }),
    seed: Flags.string({ summary: 'Seed of the events; a new one unless given.', helpValue: 'S' }),
    keep: Flags.boolean({ summary: 'Leave the stack running and its data in place.' }),
  };

  async run(): Promise<DemoReport> {
    const { flags } = await this.parse(Demo);
    const { note, clock } = this.runtime;
    const report = await demo(this.runtime, {
      ...flags,
      onStep: (step) => note(`▸ ${step}`),
      onStack: stackReporter(note, () => clock.monotonic()),
      observe: (goal, figures) => showProgress(this.runtime, goal, figures),
    });
    return this.present(
      report,
      (result) => demoSummary(result, chosenPipeline(this.runtime, flags).pipeline, flags.keep),
      report.verify.ok ? ExitCode.ok : ExitCode.verifyFailed,
    );
  }
}

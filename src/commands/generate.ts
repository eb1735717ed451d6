import { Flags } from '@oclif/core';
import { PipeCommand } from '../core/cli/command.js';
import { pipelineFlags, reportFlag, stackFlags } from '../core/cli/flags.js';
import { showProgress } from '../core/cli/send-progress.js';
import { exportMetrics } from '../core/observe/exporter.js';
import { generatorSamples } from '../core/observe/generator-samples.js';
import { type DrySummary, dryRun } from '../core/run/generate/dry-run.js';
import { type GenerateTask, generate, resume } from '../core/run/generate/generate.js';
import { defaults, parseGenerateFlags } from '../core/run/generate/options.js';
import { type GenerateSummary, renderSummary } from '../core/run/generate/summary.js';
import { findPipeline } from '../core/run/pipeline-source.js';

export default class Generate extends PipeCommand<GenerateSummary | DrySummary> {
  static override summary = 'Send seeded events into the pipeline’s topic, on an open-loop schedule.';
  static override description = [
    'Each event has its intended send time before anything is sent; a slow broker makes events late, never fewer. What was ' +
      'acknowledged is on file in the ledger: after a crash --resume goes on with the run, without loss or repeat. Equal seed, run, ' +
      'start and metadata give equal bytes. Empty metadata is seeded first.',
    'Distortions: --late moves the event time back, --repeat sends an event twice, --discard makes and numbers one without ' +
      'sending it, --corrupt damages the bytes.',
  ].join('\n\n');
  static override examples = [
    '<%= config.bin %> generate --domain iot --rate 10000 --duration 60s',
    '<%= config.bin %> generate --domain ecommerce --count 100000 --rate max --seed 7',
    '<%= config.bin %> generate --domain iot --late 0.1:200ms..30s --repeat 0.02 --discard 0.01 --corrupt 0.001',
    {
      description: 'Look at events without any service',
      command: '<%= config.bin %> generate --domain saas --dry-run --sample 5',
    },
    {
      description: 'Go on with the last run that did not reach its end',
      command: '<%= config.bin %> generate --domain iot --resume',
    },
  ];
  static override flags = {
    ...pipelineFlags,
    ...stackFlags,
    rate: Flags.string({
      summary: `Events per second over all partitions, or max. [default: ${defaults.rate}]`,
      helpValue: 'R|max',
    }),
    duration: Flags.string({ summary: `How long. [default: ${defaults.duration}]`, helpValue: 'DURATION' }),
    count: Flags.string({ summary: 'So many events, repeats not counted.', helpValue: 'N' }),
    seed: Flags.string({ summary: 'Seed of all randomness; drawn and printed when left out.', helpValue: 'S' }),
    run: Flags.string({
      summary: 'Name of the run; event ids carry its hash. [default: SEED-START]',
      helpValue: 'NAME',
    }),
    arrival: Flags.string({
      summary: `constant, poisson, burst[:FACTOR/PERIOD], diurnal[:AMPLITUDE/PERIOD] or steps:RATE/DURATION,... [default: ${defaults.arrival}]`,
      helpValue: 'A',
    }),
    skew: Flags.string({
      summary: `none, or zipf:EXPONENT over the keys. [default: ${defaults.skew}]`,
      helpValue: 'S',
    }),
    late: Flags.string({
      summary: 'Share of late events, and how late: 0.1:200ms..30s.',
      helpValue: 'P:MIN..MAX',
      helpGroup: 'DISTORTION',
    }),
    repeat: Flags.string({ summary: 'Share of events sent twice.', helpValue: 'P', helpGroup: 'DISTORTION' }),
    discard: Flags.string({ summary: 'Share of events made and never sent.', helpValue: 'P', helpGroup: 'DISTORTION' }),
    corrupt: Flags.string({
      summary: 'Share of events whose bytes are damaged.',
      helpValue: 'P',
      helpGroup: 'DISTORTION',
    }),
    start: Flags.string({
      summary: 'Where event times begin: ISO 8601 or epoch ms. [default: now]',
      helpValue: 'TIME',
    }),
    resume: Flags.boolean({
      summary: 'Go on with the last run that did not reach its end, or the one that --run names.',
    }),
    report: reportFlag,
    'dry-run': Flags.boolean({
      summary: 'Print events instead of sending them; touches no service.',
      exclusive: ['resume'],
    }),
    sample: Flags.integer({
      summary: 'So many events of a dry run. [default: 10]',
      min: 0,
      dependsOn: ['dry-run'],
      helpValue: 'N',
    }),
  };

  async run(): Promise<GenerateSummary | DrySummary> {
    const { flags } = await this.parse(Generate);
    const plan = findPipeline(this.runtime, flags);
    const options = parseGenerateFlags(flags);
    if (flags['dry-run']) {
      const dry = await dryRun(this.runtime, plan, options, flags.sample ?? 10);
      this.runtime.note(`seed ${dry.seed}, run ${dry.run}, start ${dry.start}, topic ${dry.topic}; nothing was sent`);
      return this.present(dry, () => dry.sample.map(({ value }) => value).join('\n'));
    }
    const { runtime } = this;
    const home = this.home(flags);
    const task: GenerateTask = {
      runtime,
      home,
      profile: flags.profile,
      plan,
      observe: (goal, figures) => {
        const source = { job: 'generator', pipeline: plan.name };
        const ends = [
          showProgress(runtime, goal, figures),
          exportMetrics(runtime, home, source, generatorSamples(figures)),
        ];
        return () => {
          for (const end of ends) end();
        };
      },
      report: flags.report,
    };
    const summary = flags.resume ? await resume(task, flags) : await generate(task, options);
    return this.present(summary, () => renderSummary(summary));
  }
}

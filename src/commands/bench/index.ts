import { Flags } from '@oclif/core';
import { stackChoices } from '../../core/bench/measure/stack.js';
import type { BenchRecord } from '../../core/bench/record.js';
import { writeOutputs } from '../../core/bench/reports/write-outputs.js';
import { runBench } from '../../core/bench/run-bench.js';
import { findWorkload } from '../../core/bench/workload/find.js';
import { overrideWorkload } from '../../core/bench/workload/override.js';
import { benchLines } from '../../core/cli/bench-progress.js';
import { PipeCommand } from '../../core/cli/command.js';
import { workersFlag } from '../../core/cli/flags.js';
import { benchSummary } from '../../core/cli/present-bench.js';
import { ExitCode } from '../../core/runtime/exit-codes.js';
import { beforeInk } from '../../core/tui/before-ink.js';

export default class Bench extends PipeCommand<BenchRecord> {
  static override summary = 'Measure what the pipeline sustains: rate, latency by stage, queries under load, accuracy.';
  static override description = [
    'Runs a generator and an engine of its own on the stack that is up, or on one that it starts and removes. Load is open loop, and latencies begin ' +
      'at the intended send time. Afterwards everything is verified: a fast wrong answer fails. Exits 99 when a threshold fails.',
    'Workloads that ship: smoke, steady-10k, burst, spike, soak, late-heavy, skewed, ecommerce, iot, saas, finance. docs/bench.md has the method.',
  ].join('\n\n');
  static override examples = [
    '<%= config.bin %> bench --workload smoke',
    "<%= config.bin %> bench --domain iot --rate 10000 --duration 60s --threshold 'e2e_ms:p(99)<5000'",
    '<%= config.bin %> bench --domain ecommerce --find-max',
    '<%= config.bin %> bench --workload steady-10k --report steady.html --markdown steady.md',
  ];
  static override flags = {
    workload: Flags.string({ summary: 'A workload that ships, or a file.', helpValue: 'FILE|NAME' }),
    domain: Flags.string({ summary: 'A shipped pipeline.', exclusive: ['pipeline'], helpValue: 'NAME' }),
    pipeline: Flags.string({ summary: 'A pipeline file.', helpValue: 'FILE' }),
    rate: Flags.string({ summary: 'Events per second, or max.', helpValue: 'R|max' }),
    duration: Flags.string({ summary: 'How long is measured.', helpValue: 'DURATION' }),
    warmup: Flags.string({ summary: 'How long the same load runs before.', helpValue: 'DURATION' }),
    threshold: Flags.string({
      summary: 'Instead of the workload’s objectives; may be given again.',
      multiple: true,
      helpValue: 'METRIC:AGGREGATE<LIMIT',
    }),
    'find-max': Flags.boolean({ summary: 'Search for the highest rate that is sustained under the objectives.' }),
    seed: Flags.integer({ summary: 'Of the events; a new one unless given.', min: 0, helpValue: 'S' }),
    workers: workersFlag(),
    stack: Flags.option({ options: stackChoices })({
      summary: 'The stack that is up, or one of its own; unless given the one that is up, if there is one.',
    }),
    profile: Flags.string({ summary: 'Clusters that are already there.', env: 'PIPE_PROFILE', helpValue: 'NAME' }),
    quick: Flags.boolean({ summary: 'Verify by counts and by what ClickHouse computes, without the oracle.' }),
    'summary-export': Flags.string({ summary: 'Write the record to a file, too.', helpValue: 'FILE' }),
    report: Flags.string({ summary: 'Write a page with plots, which needs nothing else.', helpValue: 'FILE.html' }),
    markdown: Flags.string({ summary: 'Write a summary for a pull request.', helpValue: 'FILE' }),
    junit: Flags.string({ summary: 'Write thresholds as test cases.', helpValue: 'FILE' }),
    hdr: Flags.string({ summary: 'Write a histogram log of each stage.', helpValue: 'DIR' }),
  };

  async run(): Promise<BenchRecord> {
    const { flags } = await this.parse(Bench);
    const workload = overrideWorkload(findWorkload(this.runtime, flags.workload), flags);
    const home = this.home(flags);
    const { note, entropy } = this.runtime;
    const onTerminal = this.runtime.stderr.isTTY && !this.jsonEnabled();
    // Ink is loaded where there is a terminal to draw on.
    if (onTerminal) beforeInk(process.env);
    const progress = onTerminal
      ? (await import('../../core/cli/bench-live.js')).benchLive(this.runtime)
      : benchLines(this.runtime);
    const options = {
      seed: flags.seed ?? entropy() % 2 ** 32,
      workers: flags.workers,
      quick: flags.quick,
      findMax: flags['find-max'],
      ...(flags.profile === undefined ? {} : { profile: flags.profile }),
      ...(flags.stack === undefined ? {} : { stack: flags.stack }),
    };
    const record = await runBench(this.runtime, home, workload, options, progress).finally(() => progress.close());
    for (const path of writeOutputs(this.runtime, home, record, flags)) note(`written: ${path}`);
    return this.present(record, benchSummary, record.verdict === 'pass' ? ExitCode.ok : ExitCode.threshold);
  }
}

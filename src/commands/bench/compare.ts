import { Args, Flags } from '@oclif/core';
import { type Comparison, compareRuns } from '../../core/bench/compare/compare.js';
import { parseRegression } from '../../core/bench/compare/regression.js';
import { findRecords } from '../../core/bench/results/find-records.js';
import { PipeCommand } from '../../core/cli/command.js';
import { comparisonSummary } from '../../core/cli/present-compare.js';
import { ExitCode } from '../../core/runtime/exit-codes.js';

const side = 'A record, a folder or a quoted pattern of records, or a name that bench history shows.';

export default class BenchCompare extends PipeCommand<Comparison> {
  static override summary = 'Compare two runs of bench, or two sets of runs: better, worse, or no difference shown.';
  static override description =
    'B is judged against A, metric by metric, by a test that knows that neighbouring seconds depend on each other and that many metrics are ' +
    'looked at. Three runs or more on each side tell far more than one. With --max-regression, exits 99 when a metric is worse by more than ' +
    'that, or the result less accurate.';
  static override examples = [
    '<%= config.bin %> bench compare before.json after.json',
    {
      description: 'Sets of runs, and a limit for CI',
      command: `<%= config.bin %> bench compare baseline/ 'results/*-bench-smoke.json' --max-regression 10%`,
    },
  ];
  static override args = {
    a: Args.string({ description: side, required: true }),
    b: Args.string({ description: side, required: true }),
  };
  static override flags = {
    'max-regression': Flags.string({ summary: 'Exit 99 when a metric is worse by more than this.', helpValue: '10%' }),
  };

  async run(): Promise<Comparison> {
    const { args, flags } = await this.parse(BenchCompare);
    const limit = flags['max-regression'];
    const maxRegression = limit === undefined ? null : parseRegression(limit);
    const home = this.home(flags);
    const [a, b] = [args.a, args.b].map((named) => findRecords(this.runtime, home, named)) as [Records, Records];
    const comparison = compareRuns(a, b, maxRegression);
    return this.present(
      comparison,
      comparisonSummary,
      comparison.regressions.length > 0 ? ExitCode.threshold : ExitCode.ok,
    );
  }
}

type Records = ReturnType<typeof findRecords>;

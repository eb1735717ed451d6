import { type PastRun, pastRuns } from '../../core/bench/results/history.js';
import { PipeCommand } from '../../core/cli/command.js';
import { historyTable } from '../../core/cli/present-bench.js';

export default class BenchHistory extends PipeCommand<{ runs: PastRun[] }> {
  static override summary = 'List the runs of bench that this home has on file, newest first.';
  static override examples = [
    '<%= config.bin %> bench history',
    {
      description: 'The newest two, compared',
      command: `<%= config.bin %> bench compare $(<%= config.bin %> bench history --json | jq -r '.runs[1].file, .runs[0].file')`,
    },
  ];

  async run(): Promise<{ runs: PastRun[] }> {
    const { flags } = await this.parse(BenchHistory);
    return this.present({ runs: pastRuns(this.home(flags), this.runtime) }, ({ runs }) => historyTable(runs));
  }
}

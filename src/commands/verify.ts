import { PipeCommand } from '../core/cli/command.js';
import { pipelineFlags, stackFlags } from '../core/cli/flags.js';
import { verifySummary } from '../core/cli/present-verify.js';
import { findPipeline } from '../core/run/pipeline-source.js';
import { ExitCode } from '../core/runtime/exit-codes.js';
import { resolveEndpoints } from '../core/stack/stack.js';
import type { VerifyReport } from '../core/verify/report.js';
import { verifyPipeline } from '../core/verify/verify.js';

export default class Verify extends PipeCommand<VerifyReport> {
  static override summary = 'Prove that nothing was lost, nothing is stored twice and no window is wrong.';
  static override description =
    "Holds the ledger of what Kafka acknowledged, the topic, the engine's verdicts and the stored rows against each other, and has ClickHouse compute every window anew from the raw rows. Changes nothing. Exits 4 when something does not agree.";
  static override examples = [
    '<%= config.bin %> verify --domain iot',
    '<%= config.bin %> verify --domain finance --json',
  ];
  static override flags = { ...stackFlags, ...pipelineFlags };

  async run(): Promise<VerifyReport> {
    const { flags } = await this.parse(Verify);
    const home = this.home(flags);
    const plan = findPipeline(this.runtime, flags);
    const endpoints = await resolveEndpoints(this.runtime, home, flags.profile, ['kafka', 'clickhouse']);
    const report = await verifyPipeline(this.runtime, home, plan, endpoints);
    return this.present(report, verifySummary, report.ok ? ExitCode.ok : ExitCode.verifyFailed);
  }
}

import { Flags } from '@oclif/core';
import { PipeCommand } from '../core/cli/command.js';
import { pipelineFlags, stackFlags } from '../core/cli/flags.js';
import { verifySummary } from '../core/cli/present-verify.js';
import { findPipeline } from '../core/run/pipeline-source.js';
import { ExitCode } from '../core/runtime/exit-codes.js';
import { resolveEndpoints } from '../core/stack/stack.js';
import { keepVerification } from '../core/verify/past.js';
import type { VerifyReport } from '../core/verify/report.js';
import { verifyPipeline } from '../core/verify/verify.js';

export default class Verify extends PipeCommand<VerifyReport> {
  static override summary = 'Prove that nothing was lost, nothing is stored twice and no window is wrong.';
  static override description =
    "An oracle that shares nothing with the engine computes from the generator's seed and the ledger, or from the topic where those do not tell, what became of every record, and holds it against rows, windows, late events and dead letters. Beside it, ledger, topic, the engine's counts, the stored rows and the alerts are held against each other, and ClickHouse computes every window anew from the raw rows. Changes nothing. Exits 4 when something does not agree.";
  static override examples = [
    '<%= config.bin %> verify --domain iot',
    '<%= config.bin %> verify --domain finance --json',
    '<%= config.bin %> verify --pipeline my.pipeline.yaml --quick',
    '<%= config.bin %> verify --domain iot --detectors',
  ];
  static override flags = {
    ...stackFlags,
    ...pipelineFlags,
    quick: Flags.boolean({
      summary: 'Leave the oracle out: only compare counts, and windows with the stored raw rows.',
      default: false,
    }),
    detectors: Flags.boolean({
      summary: "Say how well each detector finds the generator's anomalies: precision, recall and delay.",
      default: false,
      exclusive: ['quick'],
    }),
  };

  async run(): Promise<VerifyReport> {
    const { flags } = await this.parse(Verify);
    const home = this.home(flags);
    const plan = findPipeline(this.runtime, flags);
    const endpoints = await resolveEndpoints(this.runtime, home, flags.profile, ['kafka', 'clickhouse']);
    const { quick, detectors } = flags;
    const report = await verifyPipeline(this.runtime, home, plan, endpoints, { quick, detectors });
    keepVerification(home, { time: new Date(this.runtime.clock.now()).toISOString(), pipeline: plan.name, report });
    return this.present(report, verifySummary, report.ok ? ExitCode.ok : ExitCode.verifyFailed);
  }
}

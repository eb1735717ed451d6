import { PipeCommand } from '../core/cli/command.js';
import { stackFlags } from '../core/cli/flags.js';
import { stackTable } from '../core/cli/stack-view.js';
import { ExitCode } from '../core/runtime/exit-codes.js';
import { type StackStatus, stackStatus } from '../core/stack/stack.js';

export default class Status extends PipeCommand<StackStatus> {
  static override summary = 'Show which services run, where, and whether they answer.';
  static override description = 'Each service is asked in its own protocol. Exits 3 unless all of them are ready.';
  static override examples = ['<%= config.bin %> status', '<%= config.bin %> status --json'];
  static override flags = stackFlags;

  async run(): Promise<StackStatus> {
    const { flags } = await this.parse(Status);
    const status = await stackStatus(this.runtime, this.home(flags), flags.profile);
    const ready = status.services.every(({ state }) => state === 'ready');
    return this.present(status, stackTable, ready ? ExitCode.ok : ExitCode.missing);
  }
}

import { Flags } from '@oclif/core';
import { PipeCommand } from '../core/cli/command.js';
import { stackFlags } from '../core/cli/flags.js';
import { stackReporter } from '../core/cli/stack-view.js';
import { downStack } from '../core/stack/stack.js';

interface Stopped {
  stopped: string[];
}

export default class Down extends PipeCommand<Stopped> {
  static override summary = 'Stop the services; their data stays.';
  static override description = 'Returns when none of their processes is left.';
  static override examples = [
    '<%= config.bin %> down',
    { description: 'Stop them and remove their data', command: '<%= config.bin %> down --purge' },
  ];
  static override flags = {
    ...stackFlags,
    purge: Flags.boolean({
      summary: 'Remove the data as well: of the services, and the ledgers and checkpoints that refer to it.',
    }),
  };

  async run(): Promise<Stopped> {
    const { flags } = await this.parse(Down);
    const { clock, note } = this.runtime;
    const stopped = await downStack(this.runtime, this.home(flags), flags.profile, {
      purge: flags.purge,
      onEvent: this.jsonEnabled() ? () => undefined : stackReporter(note, () => clock.monotonic()),
    });
    return this.present(stopped, (result) =>
      result.stopped.length > 0 ? `Stopped ${result.stopped.join(', ')}.` : 'Nothing was running.',
    );
  }
}

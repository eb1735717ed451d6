import { PipeCommand } from '../core/cli/command.js';
import { stackFlags } from '../core/cli/flags.js';
import { missingError } from '../core/runtime/errors.js';
import { environmentOf, shellExports } from '../core/stack/environment.js';
import { runningEndpoints } from '../core/stack/stack.js';

export default class Env extends PipeCommand<Record<string, string>> {
  static override summary = 'Print addresses and credentials of what runs, as shell exports.';
  static override examples = [
    { description: 'Into this shell', command: 'eval "$(<%= config.bin %> env)"' },
    { description: 'Then, with any client', command: 'psql "$DATABASE_URL"' },
  ];
  static override flags = stackFlags;

  async run(): Promise<Record<string, string>> {
    const { flags } = await this.parse(Env);
    const home = this.home(flags);
    const environment = environmentOf(await runningEndpoints(this.runtime, home, flags.profile));
    if (Object.keys(environment).length === 0)
      throw missingError(`nothing is running in ${home.root}`, 'Run: pipe up', 'NOT_RUNNING');
    return this.present(environment, shellExports);
  }
}

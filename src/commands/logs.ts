import { Args, Flags } from '@oclif/core';
import { PipeCommand } from '../core/cli/command.js';
import { usageError } from '../core/runtime/errors.js';
import { followLog, lastLines } from '../core/stack/logs.js';
import { serviceNames } from '../core/stack/services/service.js';

interface LogLines {
  service: string;
  file: string;
  lines: string[];
}

export default class Logs extends PipeCommand<LogLines> {
  static override summary = 'Print the end of the log of a service.';
  static override examples = [
    '<%= config.bin %> logs kafka -n 100',
    { description: 'Go on printing what is added', command: '<%= config.bin %> logs clickhouse -f' },
  ];
  static override args = {
    service: Args.string({ description: 'Whose log.', options: [...serviceNames], required: true }),
  };
  static override flags = {
    follow: Flags.boolean({ char: 'f', summary: 'Go on until Ctrl-C.' }),
    lines: Flags.integer({ char: 'n', summary: 'How many lines.', default: 50, min: 0, helpValue: 'N' }),
  };

  async run(): Promise<LogLines> {
    const { args, flags } = await this.parse(Logs);
    if (flags.follow && this.jsonEnabled())
      throw usageError('--follow has no end, so there is no JSON document for it');
    const home = this.home(flags);
    const last = { service: args.service, ...lastLines(home, args.service, flags.lines) };
    if (!flags.follow) return this.present(last, ({ lines }) => lines.join('\n'));
    const { clock, signal, stdout } = this.runtime;
    for (const line of last.lines) stdout.write(`${line}\n`);
    for await (const text of followLog(home, args.service, clock, signal)) stdout.write(text);
    process.exitCode = 0;
    return last;
  }
}

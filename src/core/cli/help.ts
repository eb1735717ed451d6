import { type Command, CommandHelp, type Config, Help, type Interfaces } from '@oclif/core';

/** Commands in the order of the work; what is listed nowhere stands at the end. */
const groups: readonly (readonly [title: string, ids: readonly string[]])[] = [
  ['START', ['demo', 'doctor']],
  ['STACK', ['up', 'status', 'env', 'logs', 'down']],
  ['PIPELINE FILE', ['init', 'config lint', 'config show']],
  ['EVENTS', ['seed', 'generate', 'ingest', 'process']],
  ['RESULTS', ['query', 'verify', 'chaos', 'dlq list', 'dlq show', 'dlq replay']],
];

class PipeCommandHelp extends CommandHelp {
  protected override defaultUsage(): string {
    return `${super.defaultUsage()} [FLAGS]`;
  }

  /** Without the summary, which stands above the usage already. */
  protected override description(): string | undefined {
    const { summary, description } = this.command;
    return summary && description ? this.wrap(description) : undefined;
  }

  /** What every command has comes last. */
  protected override groupFlags(flags: Command.Flag.Any[]): ReturnType<CommandHelp['groupFlags']> {
    const { mainFlags, flagGroups } = super.groupFlags(flags);
    const { GLOBAL: shared, ...own } = flagGroups;
    return { mainFlags, flagGroups: shared ? { ...own, GLOBAL: shared } : own };
  }
}

/** oclif's help with commands grouped by task, one line of usage, flags in the order of their declaration. */
export default class PipeHelp extends Help {
  protected override CommandHelpClass = PipeCommandHelp;

  constructor(config: Config, opts: Partial<Interfaces.HelpOptions> = {}) {
    super(config, { ...opts, flagSortOrder: 'none', docopts: false });
  }

  protected override async showRootHelp(): Promise<void> {
    const left = new Map(this.sortedCommands.map((command) => [command.id.replaceAll(':', ' '), command]));
    const take = (ids: readonly string[]): Command.Loadable[] =>
      ids.flatMap((id) => {
        const command = left.get(id);
        left.delete(id);
        return command ? [command] : [];
      });
    const sections = groups.map(([title, ids]) => this.list(title, take(ids)));
    const { bin, pjson } = this.config;
    this.log(
      [
        this.wrap(pjson.description ?? ''),
        this.section('USAGE', `$ ${bin} COMMAND [FLAGS]\n$ ${bin} COMMAND --help`),
        ...sections,
        this.list('MORE', [...left.values()]),
      ].join('\n\n'),
    );
  }

  private list(title: string, commands: readonly Command.Loadable[]): string {
    const rows = commands.map((command): [string, string | undefined] => [
      command.id.replaceAll(':', ' '),
      this.summary(command),
    ]);
    return this.section(title, this.renderList(rows, { indentation: 2, spacer: '\n', stripAnsi: this.opts.stripAnsi }));
  }
}

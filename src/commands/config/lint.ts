import { Args, Flags } from '@oclif/core';
import { workloadFiles } from '../../core/bench/workload/lint.js';
import { PipeCommand } from '../../core/cli/command.js';
import { globalFlags } from '../../core/cli/flags.js';
import { type LintedFile, lintConfig } from '../../core/run/lint-config.js';
import { ExitCode } from '../../core/runtime/exit-codes.js';

interface Linted {
  files: LintedFile[];
  /** As every failure has it with --json. */
  error?: { code: string; message: string; hint: string | null };
}

export default class ConfigLint extends PipeCommand<Linted> {
  static override summary = 'Check pipeline files, workload files and pipe.yaml.';
  static override description =
    'Prints a line "file:line: message" for each problem: what was expected, what stands there, what to do. ' +
    'Without FILE, checks the shipped pipelines and workloads and the pipe.yaml of the working folder. Exits 2 when there is a problem.';
  static override examples = [
    '<%= config.bin %> config lint',
    { description: "A pipeline file of one's own", command: '<%= config.bin %> config lint parcels.pipeline.yaml' },
  ];
  static override args = {
    file: Args.string({ description: 'Pipeline files, workload files, or pipe.yaml.', required: false }),
  };
  static override strict = false;
  // The usual default is read from pipe.yaml, whose problems are to be listed here rather than end the command.
  static override baseFlags = { ...globalFlags, home: Flags.string({ env: 'PIPE_HOME', hidden: true }) };

  async run(): Promise<Linted> {
    const { argv } = await this.parse(ConfigLint);
    const files = lintConfig(this.runtime, argv.map(String), [workloadFiles]);
    const count = files.reduce((sum, { problems }) => sum + problems.length, 0);
    if (count === 0) return this.present({ files }, render);
    const message = `${count} ${count === 1 ? 'problem' : 'problems'} in ${files.filter(({ ok }) => !ok).length} of ${files.length} files`;
    this.runtime.note(message);
    return this.present({ files, error: { code: 'CONFIG', message, hint: null } }, render, ExitCode.usage);
  }
}

function render({ files }: Linted): string {
  return files
    .flatMap(({ file, ok, problems }) =>
      ok ? [`${file}: ok`] : problems.map(({ line, message }) => `${file}:${line}: ${message}`),
    )
    .join('\n');
}

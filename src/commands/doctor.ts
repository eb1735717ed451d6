import { PipeCommand } from '../core/cli/command.js';
import { ExitCode } from '../core/runtime/exit-codes.js';
import { homeAt } from '../core/runtime/home.js';
import { type Diagnosis, diagnose } from '../core/stack/doctor/doctor.js';

export default class Doctor extends PipeCommand<Diagnosis> {
  static override summary = 'Check what the local stack needs, and say what mends it.';
  static override description = 'Changes nothing. Exits 3 when a check fails; a warning alone does not.';
  static override examples = ['<%= config.bin %> doctor', '<%= config.bin %> doctor --json'];

  async run(): Promise<Diagnosis> {
    const { flags } = await this.parse(Doctor);
    const diagnosis = await diagnose({ runtime: this.runtime, home: homeAt(flags.home) });
    const failed = diagnosis.checks.some(({ status }) => status === 'fail');
    return this.present(diagnosis, render, failed ? ExitCode.missing : ExitCode.ok);
  }
}

const marks = { ok: '✓', warn: '!', fail: '✗' };

function render({ checks }: Diagnosis): string {
  const width = Math.max(...checks.map(({ check }) => check.length));
  return checks
    .flatMap(({ check, status, detail, fix }) => [
      `${marks[status]} ${check.padEnd(width)}  ${detail}`,
      ...(fix ? [`  ${' '.repeat(width)}  → ${fix}`] : []),
    ])
    .join('\n');
}

import type { Hook, Interfaces } from '@oclif/core';
import { ExitCode } from '../runtime/exit-codes.js';

/** What oclif's not-found plugin leaves with. */
const notFound = 127;

/**
 * A command that does not exist ends as every wrong usage: exit 2, and with --json one document on standard output.
 * The plugin has said on standard error what is unknown.
 */
const unknownCommand: Hook<'finally'> = async ({ argv, error }) => {
  const failure: Partial<Interfaces.CommandError> | undefined = error;
  if (failure?.oclif?.exit !== notFound) return;
  failure.oclif.exit = ExitCode.usage;
  if (!argv.includes('--json')) return;
  const words = argv.filter((word) => !word.startsWith('-')).join(' ');
  const message = `expected a command of pipe, got "${words}"`;
  process.stdout.write(`${JSON.stringify({ error: { code: 'USAGE', message, hint: 'Run: pipe help' } }, null, 2)}\n`);
};

export default unknownCommand;

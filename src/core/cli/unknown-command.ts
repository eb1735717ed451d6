import type { Hook } from '@oclif/core';
import { ExitCode } from '../runtime/exit-codes.js';

/** What oclif's not-found plugin leaves with. */
const notFound = 127;

/**
 * A command that does not exist ends as every wrong usage: exit 2, and with --json one document on standard output.
 * The plugin has said on standard error what is unknown.
 */
const unknownCommand: Hook<'finally'> = async ({ argv, error, id }) => {
  const failure = error as { oclif?: { exit?: number } } | undefined;
  if (failure?.oclif?.exit !== notFound) return;
  failure.oclif.exit = ExitCode.usage;
  if (!argv.includes('--json')) return;
  const message = `expected a command of pipe, got "${id?.replaceAll(':', ' ') ?? ''}"`;
  process.stdout.write(`${JSON.stringify({ error: { code: 'USAGE', message, hint: 'Run: pipe help' } }, null, 2)}\n`);
};

export default unknownCommand;

import { Command, Errors, type Interfaces } from '@oclif/core';
import { messageOf, PipeError } from '../runtime/errors.js';
import { ExitCode } from '../runtime/exit-codes.js';
import { letHeapGrow } from '../runtime/heap.js';
import { type Home, openHome } from '../runtime/home.js';
import { exitCodeOf, nodeRuntime } from '../runtime/node-runtime.js';
import type { Runtime } from '../runtime/runtime.js';
import { globalFlags } from './flags.js';

/**
 * What all commands share: the Runtime, the home folder, and how a result or a failure reaches the caller.
 * A command's `run` returns its JSON document; without --json it prints its own rendering through `present`.
 */
export abstract class PipeCommand<Result> extends Command {
  static override enableJsonFlag = true;
  static override baseFlags = globalFlags;

  readonly runtime: Runtime = nodeRuntime();

  abstract override run(): Promise<Result>;

  protected override async init(): Promise<void> {
    await super.init();
    letHeapGrow();
  }

  /** The home folder that --home, PIPE_HOME or the default names, made where it is missing. */
  protected home(flags: { home: string }): Home {
    return openHome(flags.home);
  }

  /** Prints the rendering on a terminal or a pipe, nothing with --json, and hands the document on. */
  protected present(result: Result, render: (result: Result) => string, exit: ExitCode = ExitCode.ok): Result {
    if (!this.jsonEnabled()) this.log(render(result).trimEnd());
    process.exitCode = this.runtime.signal.aborted ? exitCodeOf(this.runtime.signal.reason) : exit;
    return result;
  }

  protected override async catch(error: Interfaces.CommandError): Promise<void> {
    const failure = describe(error, `Run: pipe ${this.id?.replaceAll(':', ' ') ?? ''} --help`);
    if (this.jsonEnabled())
      this.logJson({ error: { code: failure.code, message: failure.message, hint: failure.hint ?? null } });
    else {
      this.logToStderr(`error: ${failure.message}`);
      if (failure.hint) this.logToStderr(`  → ${failure.hint}`);
    }
    if (process.env.PIPE_DEBUG || this.argv.includes('--debug')) this.logToStderr(chainOf(error));
    process.exitCode = failure.exit;
  }
}

interface Failure {
  code: string;
  message: string;
  hint?: string;
  exit: number;
}

function describe(error: Interfaces.CommandError, help: string): Failure {
  if (error instanceof PipeError) {
    const { code, hint, exit } = error;
    return { code, message: withoutParsing(error.message), hint, exit };
  }
  if (error instanceof Errors.CLIError) {
    return {
      code: 'USAGE',
      message: withoutParsing(error.message),
      hint: help,
      exit: ExitCode.usage,
    };
  }
  return {
    code: 'UNEXPECTED',
    message: messageOf(error),
    hint: 'This was not foreseen: run it again with --debug for the stack, and report it.',
    exit: ExitCode.unexpected,
  };
}

/** Without what oclif puts around the messages of its checks and of a flag's own parser. */
function withoutParsing(message: string): string {
  return message
    .replace(/\nSee more help with --help/, '')
    .replace(/^The following errors? occurred:\s*/, '')
    .replace('All of the following must be provided when using', 'expected with')
    .replace(/^Parsing (--\S+)\s*\n\s*/, (_, flag: string) => (message.includes(`\t${flag}`) ? '' : `${flag}: `));
}

function chainOf(error: unknown): string {
  const lines: string[] = [];
  for (let at: unknown = error; at instanceof Error; at = at.cause) lines.push(at.stack ?? at.message);
  return lines.join('\ncaused by ');
}

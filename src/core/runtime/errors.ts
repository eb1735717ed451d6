import { ExitCode } from './exit-codes.js';

export interface PipeErrorOptions {
  /** Stable, upper-case identifier for scripts, such as PORT_TAKEN. */
  code: string;
  exit?: ExitCode;
  /** What to do about it: one sentence or one command. */
  hint?: string;
  cause?: unknown;
}

/** A failure that was foreseen: its message names the place, what was expected and what came. Never shown with a stack. */
export class PipeError extends Error {
  readonly code: string;
  readonly exit: ExitCode;
  readonly hint: string | undefined;

  constructor(message: string, options: PipeErrorOptions) {
    super(message, { cause: options.cause });
    this.name = 'PipeError';
    this.code = options.code;
    this.exit = options.exit ?? ExitCode.unexpected;
    this.hint = options.hint;
  }
}

/** Wrong usage or configuration: exit 2. */
export function usageError(message: string, hint?: string, code = 'USAGE'): PipeError {
  return new PipeError(message, { code, exit: ExitCode.usage, hint });
}

/** A service or prerequisite that is not there: exit 3. */
export function missingError(message: string, hint?: string, code = 'MISSING', cause?: unknown): PipeError {
  return new PipeError(message, { code, exit: ExitCode.missing, hint, cause });
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return messageOf(error.errors[0]);
  return error instanceof Error ? error.message || error.name : String(error);
}

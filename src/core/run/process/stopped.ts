import { messageOf, PipeError } from '../../runtime/errors.js';
import { exitCodeOf } from '../../runtime/node-runtime.js';

const code = 'INTERRUPTED';

/** What ends the waiting for a service that is away when the run is told to stop. */
export function stopped(doing: string, signal: AbortSignal, cause: unknown): PipeError {
  return new PipeError(`${doing}: stopped while waiting: ${messageOf(cause)}`, {
    code,
    exit: exitCodeOf(signal.reason),
    cause,
  });
}

/** Whether work was given up because the run was told to stop (insertBlock says it in the same way): the next start takes it up. */
export function isStopped(error: unknown): error is PipeError {
  return error instanceof PipeError && error.code === code;
}

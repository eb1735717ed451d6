import { ClickHouseError } from '@clickhouse/client';
import { PipeError } from '../runtime/errors.js';
import { ExitCode } from '../runtime/exit-codes.js';
import { formatDuration } from '../runtime/units.js';
import { describeFailure, isPassing, isRefusedUser, serverMessage } from '../sink/failures.js';

/** A statement's failure: 2 with ClickHouse's text when the statement is wrong, 3 when the server cannot answer, 1 when it took too long. */
export function statementFailure(error: unknown, timeoutMs: number): PipeError {
  if (!(error instanceof ClickHouseError)) return describeFailure(error, 'query');
  if (error.code === '159')
    return new PipeError(`the statement took longer than ${formatDuration(timeoutMs)} and was stopped`, {
      code: 'QUERY_TIMEOUT',
      hint: 'Narrow it by time or key, or allow more with --timeout.',
      cause: error,
    });
  if (isPassing(error) || isRefusedUser(error)) return describeFailure(error, 'query');
  return new PipeError(`${serverMessage(error)} [${error.type ?? 'ClickHouse'} ${error.code}]`, {
    code: 'SQL',
    exit: ExitCode.usage,
    hint: hints[error.code],
    cause: error,
  });
}

const hints: Record<string, string> = {
  '60': "See what there is: pipe query 'SHOW TABLES'. Tables are made by the first: pipe process.",
  '47': "See the columns: pipe query 'DESCRIBE TABLE name'.",
  '164': 'Queries run as the read-only user; changes need a client with the credentials of: pipe env.',
  '497': 'Queries run as the read-only user; changes need a client with the credentials of: pipe env.',
};

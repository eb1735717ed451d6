import { ClickHouseError } from '@clickhouse/client';
import { expect, it } from 'vitest';
import { ExitCode } from '../../../src/core/runtime/exit-codes.js';
import { describeFailure, outcomeOf } from '../../../src/core/sink/failures.js';

const server = (code: string, type: string, message = 'text. ') => new ClickHouseError({ code, type, message });
const socket = (code: string) => Object.assign(new Error(`connect ${code}`), { code });

it.each([
  ['too many parts', server('252', 'TOO_MANY_PARTS'), 'unknown', 'CLICKHOUSE_BUSY', ExitCode.missing],
  ['memory', server('241', 'MEMORY_LIMIT_EXCEEDED'), 'unknown', 'CLICKHOUSE_BUSY', ExitCode.missing],
  ['a wrong type', server('53', 'TYPE_MISMATCH'), 'refused', 'CLICKHOUSE_ERROR', ExitCode.unexpected],
  ['a full disk', server('243', 'NOT_ENOUGH_SPACE'), 'refused', 'CLICKHOUSE_DISK_FULL', ExitCode.missing],
  ['a wrong password', server('516', 'AUTHENTICATION_FAILED'), 'refused', 'CLICKHOUSE_CREDENTIALS', ExitCode.usage],
  ['nobody there', socket('ECONNREFUSED'), 'not_sent', 'CLICKHOUSE_UNREACHABLE', ExitCode.missing],
  [
    'nobody at any address',
    new AggregateError([socket('ECONNREFUSED')]),
    'not_sent',
    'CLICKHOUSE_UNREACHABLE',
    ExitCode.missing,
  ],
  ['a cut connection', socket('ECONNRESET'), 'unknown', 'CLICKHOUSE_UNREACHABLE', ExitCode.missing],
  ['no answer in time', new Error('Timeout error.'), 'unknown', 'CLICKHOUSE_UNREACHABLE', ExitCode.missing],
])('knows %s', (_, error, outcome, code, exit) => {
  expect(outcomeOf(error)).toBe(outcome);
  expect(describeFailure(error, 'storing')).toMatchObject({ code, exit });
});

it("gives ClickHouse's text without banner", () => {
  const error = server('62', 'SYNTAX_ERROR', "Syntax error: failed at position 1 ('selec') (version 26.7.2.1)");
  expect(describeFailure(error, 'asking').message).toBe(
    "asking: Syntax error: failed at position 1 ('selec') [ClickHouse SYNTAX_ERROR 62]",
  );
});

import { ClickHouseError } from '@clickhouse/client';
import { expect, it } from 'vitest';
import { ExitCode } from '../../../src/core/runtime/exit-codes.js';
import { describeFailure, outcomeOf, serverError } from '../../../src/core/sink/failures.js';

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

it.each([
  [
    'Code: 62. DB::Exception: Syntax error: failed at position 8 (FROM): FROM x. Expected one of: (a). (SYNTAX_ERROR) (version 26.7.2.1 (official build))',
    'SYNTAX_ERROR',
  ],
  [
    'Code: 62. DB::Exception: Syntax error: failed at position 8 (FROM): FROM x. Expected one of: (a). (SYNTAX_ERROR) (version 26.7.2.1)\n',
    'SYNTAX_ERROR',
  ],
  ['Code: 62. DB::Exception: Syntax error: failed at position 8 (FROM): FROM x. Expected one of: (a).', undefined],
])('reads the whole of %s', (text, type) => {
  expect(serverError(text)).toMatchObject({
    code: '62',
    type,
    message: 'Syntax error: failed at position 8 (FROM): FROM x. Expected one of: (a).',
  });
});

it('takes what is not from ClickHouse as it is', () => {
  expect(outcomeOf(serverError('<html>502 Bad Gateway</html>'))).toBe('unknown');
});

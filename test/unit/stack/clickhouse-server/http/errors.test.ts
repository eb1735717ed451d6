import { expect, test } from 'vitest';
import {
  Exception,
  exceptionOf,
  exceptionText,
  statusOf,
} from '../../../../../src/core/stack/clickhouse-server/http/errors.js';

test.each([
  [
    'a plain error',
    "Query failed: Code: 60. DB::Exception: Unknown table 'x'. (UNKNOWN_TABLE)",
    { code: 60, type: 'UNKNOWN_TABLE', message: "Unknown table 'x'." },
    404,
  ],
  [
    'an error wrapped twice',
    'Code: 73. DB::Exception: Code: 73. DB::Exception: Code: 73. DB::Exception: Unknown format N. (UNKNOWN_FORMAT) (version 26.7.2.1). (UNKNOWN_FORMAT) (version 26.7.2.1). (UNKNOWN_FORMAT)',
    { code: 73, type: 'UNKNOWN_FORMAT', message: 'Unknown format N.' },
    404,
  ],
  [
    'the name of a spooled body',
    'Code: 27. DB::Exception: Cannot parse: (in file/uri /data/spool/in-7): While executing. (CANNOT_PARSE_INPUT_ASSERTION_FAILED)',
    { code: 27, message: 'Cannot parse: While executing.' },
    400,
  ],
  [
    'the rewritten end of a statement',
    "Code: 62. DB::Exception: Syntax error: failed at 9 INTO OUTFILE 'rows-3' TRUNCATE FORMAT TSV. (SYNTAX_ERROR)",
    { code: 62, message: 'Syntax error: failed at 9.' },
    400,
  ],
  ['a network error', 'Code: 210. DB::NetException: Connection refused. (NETWORK_ERROR)', { code: 210 }, 500],
  ['anything else', 'out of luck', { code: 1002, type: 'UNKNOWN_EXCEPTION', message: 'out of luck' }, 500],
])('%s', (_, text, expected, status) => {
  const exception = exceptionOf(new Error(text));
  expect(exception).toMatchObject(expected);
  expect(statusOf(exception)).toBe(status);
});

test('the text is what clients parse', () => {
  const text = exceptionText(new Exception(60, 'UNKNOWN_TABLE', 'No such table'), '26.7.2.1');
  expect(text).toBe('Code: 60. DB::Exception: No such table. (UNKNOWN_TABLE) (version 26.7.2.1 (official build))\n');
});

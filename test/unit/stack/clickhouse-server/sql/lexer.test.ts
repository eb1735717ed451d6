import fc from 'fast-check';
import { expect, test } from 'vitest';
import { identifierOf, tokens } from '../../../../../src/core/stack/clickhouse-server/sql/lexer.js';
import { identifier, literal } from '../../../../../src/core/stack/clickhouse-server/sql/settings.js';

const texts = (sql: string) => [...tokens(sql)].map((token) => token.text);

test.each([
  ['blanks', ' select\t1\n', ['select', '1']],
  ['strings with both escapes', "'it''s' 'a\\'b'", ["'it''s'", "'a\\'b'"]],
  ['quoted names', '`a``b` "c"', ['`a``b`', '"c"']],
  ['line comments', "select -- it's\n1 # it's\n+ // it's\n2", ['select', '1', '+', '2']],
  ['a hash without a blank is no comment', '#1', ['#', '1']],
  ['nested comments', "a /* x /* it's */ y */ b", ['a', 'b']],
  ['heredocs', "a $tag$ it's $x$ $tag$ b", ['a', "$tag$ it's $x$ $tag$", 'b']],
  ['words that begin with a digit', '1m 2.5', ['1m', '2.5']],
  ['marks one by one', 'a.b(1)::c', ['a', '.', 'b', '(', '1', ')', ':', ':', 'c']],
])('%s', (_, sql, expected) => {
  expect(texts(sql)).toEqual(expected);
});

test.each([
  ['string', "select 'abc"],
  ['name', 'select `abc'],
  ['comment', 'select /* /* */ 1'],
])('an unclosed %s reaches to the end', (_, sql) => {
  const last = [...tokens(sql)].at(-1)!;
  expect(last).toMatchObject({ kind: 'unclosed', end: sql.length });
});

test('curly quotes of word processors quote as in the engine', () => {
  const sql = Buffer.from('‘file(’ “a b”').toString('latin1');
  expect([...tokens(sql)].map((token) => token.kind)).toEqual(['string', 'quoted']);
});

test('any text as a literal or as a name is one token', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'\'"`\\ab\n -$/*#{}é') }), (text) => {
      expect([...tokens(literal(text))].map((token) => token.kind)).toEqual(['string']);
      const [name, ...more] = [...tokens(identifier(text))];
      expect(more).toEqual([]);
      expect(identifierOf(name!)).toBe(text);
    }),
  );
});

test('a literal of many megabytes is one token', () => {
  const sql = `select '${"a\\'".repeat(3_000_000)}'`;
  expect([...tokens(sql)].map((token) => token.kind)).toEqual(['word', 'string']);
});

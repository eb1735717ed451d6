import { describe, expect, test } from 'vitest';
import {
  isRefusal,
  readStatement,
  type Statement,
  withOutfile,
} from '../../../../../src/core/stack/clickhouse-server/sql/statement.js';

const read = (sql: string): Statement => {
  const found = readStatement(sql);
  if (isRefusal(found)) throw new Error(found.message);
  return found;
};
const to = { file: 'rows-1', compression: undefined, defaultFormat: 'TSV' };

test.each([
  ['select 1', 'SELECT', true, true],
  ['with 1 as x select x', 'SELECT', true, true],
  ['from t select a', 'SELECT', true, true],
  ['(select 1) union all (select 2)', 'SELECT', true, true],
  ['with x as (select 1) insert into t select * from x', 'WITH', false, false],
  ['insert into t select 1', 'INSERT', false, false],
  ['show tables', 'SHOW', false, true],
  ['explain select 1', 'EXPLAIN', false, true],
  ['create table t (a Int8) engine = Memory', 'CREATE', false, false],
  ['/* why */ drop table t', 'DROP', false, false],
])('%s is a %s, selects: %s, reads only: %s', (sql, keyword, selects, readsOnly) => {
  expect(read(sql)).toMatchObject({ keyword, selects, readsOnly });
});

test.each([
  ['select 1; select 2', 62],
  ['', 62],
  [' ; ', 62],
  ["select 'abc", 62],
  ["select 1 into outfile '/tmp/x'", 82],
  ["insert into t from infile '/tmp/x' format CSV", 344],
])('%s is refused with code %i', (sql, code) => {
  expect(readStatement(sql)).toMatchObject({ code });
});

describe('the FORMAT clause', () => {
  test.each([
    ['select 1 format JSON', 'JSON'],
    ['select 1 FORMAT JSON settings max_threads = 1', 'JSON'],
    ['select 1 format JSON ; -- done', 'JSON'],
    ['select format from t', undefined],
    ["select format('{}', x) from t", undefined],
    ['select * from (select 1 format JSON)', undefined],
    ["select 'x format JSON'", undefined],
  ])('%s: %s', (sql, name) => {
    expect(read(sql).format?.name).toBe(name);
  });
});

test('substitutions are named, map literals are not', () => {
  expect([...read("select {a:UInt8}, {b : String}, {'k': 1}, {c:Identifier}.x").substitutions]).toEqual([
    'a',
    'b',
    'c',
  ]);
});

test.each([
  ['select 1', "select 1\nINTO OUTFILE 'rows-1' TRUNCATE FORMAT TSV"],
  ['select 1 -- end', "select 1\nINTO OUTFILE 'rows-1' TRUNCATE FORMAT TSV"],
  ['select 1;', "select 1\nINTO OUTFILE 'rows-1' TRUNCATE FORMAT TSV"],
  ['select 1 format JSON', "select 1 INTO OUTFILE 'rows-1' TRUNCATE format JSON"],
  [
    'select 1 format JSON settings max_threads = 1;',
    "select 1 INTO OUTFILE 'rows-1' TRUNCATE format JSON settings max_threads = 1",
  ],
])('%s goes to a file', (sql, expected) => {
  expect(withOutfile(sql, read(sql), to)).toBe(expected);
});

test('a packed result is packed by the engine', () => {
  expect(withOutfile('select 1', read('select 1'), { ...to, compression: 'zstd' })).toContain(
    "TRUNCATE COMPRESSION 'zstd' FORMAT",
  );
});

import { expect, test } from 'vitest';
import { checkReader, readerSettings } from '../../../../../src/core/stack/clickhouse-server/sql/reader-policy.js';
import { isRefusal, readStatement } from '../../../../../src/core/stack/clickhouse-server/sql/statement.js';

const check = (sql: string) => {
  const statement = readStatement(sql);
  if (isRefusal(statement)) throw new Error(statement.message);
  checkReader(statement);
};

test.each([
  "select file('/etc/passwd')",
  "select /* x */ FILE /* y */ ('/etc/passwd')",
  "select `file`('/etc/passwd')",
  "select `f\\x69le`('/etc/passwd')",
  "select arrayMap(file, ['/etc/passwd'])",
  "select * apply file from (select '/etc/passwd')",
  "select * apply(file) from (select '/etc/passwd')",
  "// it's\nselect file('/etc/passwd') --'",
  "explain select file('/etc/passwd')",
  "select * from eval('select 1')",
  "describe url('http://x/')",
  "describe table file('/etc/passwd')",
  "desc (remote('x', system, one))",
  'exists `/etc/passwd`',
  'show create table `/etc/passwd`',
  'kill query where 1',
  'set max_threads = 1',
  'insert into t select 1',
  'create temporary table t (a Int8)',
  'system flush logs',
  'optimize table t',
])('the reader may not: %s', (sql) => {
  expect(() => check(sql)).toThrow();
});

test('a statement that is none is told from one that is forbidden', () => {
  expect(() => check('selec 1')).toThrow("Syntax error: expected a statement such as SELECT, got 'selec'");
  expect(() => check('drop table t')).toThrow('Cannot execute query in readonly mode');
});

test.each([
  'select 1',
  "select 'file(' as x",
  'select t.file from t',
  'select name as file from t',
  'select `Revenue/Day` from t',
  'with x as (select 1) select * from x',
  'describe t',
  'describe table db.t',
  'describe (select count() from t)',
  'show create table t',
  'exists db.t',
  'explain select 1',
  'use db',
])('the reader may: %s', (sql) => {
  expect(() => check(sql)).not.toThrow();
});

const limits = { max_execution_time: 60, max_memory_usage: 1000, max_result_rows: 100, max_result_bytes: 1000 };
const settings = (asked: Record<string, string>) => readerSettings(new Map(Object.entries(asked)), limits);

test('limits hold without being asked for, and may be lowered', () => {
  expect(settings({}).get('max_result_rows')).toBe('100');
  expect(settings({ max_result_rows: '10' }).get('max_result_rows')).toBe('10');
});

test.each([
  ['max_result_rows', '101'],
  ['max_result_rows', '0'],
  ['max_execution_time', '-1'],
  ['max_memory_usage', 'x'],
  ['readonly', '0'],
  ['implicit_select', '1'],
  ['format_schema', '/etc/passwd'],
  ['format_template_row', '/etc/passwd'],
  ['allow_experimental_eval_table_function', '1'],
  ['log_comment', 'x'],
])('the reader may not set %s = %s', (name, value) => {
  expect(() => settings({ [name]: value })).toThrow(/readonly mode/);
});

test('what shapes an answer may be set', () => {
  const asked = { output_format_json_quote_64bit_integers: '0', session_timezone: 'Europe/Berlin', readonly: '1' };
  expect(settings(asked).get('session_timezone')).toBe('Europe/Berlin');
});

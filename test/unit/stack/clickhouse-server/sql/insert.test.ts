import { expect, test } from 'vitest';
import { readDataInsert } from '../../../../../src/core/stack/clickhouse-server/sql/insert.js';

const from = "FROM INFILE 'in-1' COMPRESSION 'none'";

test.each([
  ['a format and data', 'INSERT INTO t FORMAT CSV\n1,2', 'CSV', '1,2', `INSERT INTO t  ${from}  FORMAT CSV`],
  ['columns', 'INSERT INTO db.t (a, b) FORMAT TSV\n1', 'TSV', '1', `INSERT INTO db.t (a, b)  ${from}  FORMAT TSV`],
  ['values', "INSERT INTO t VALUES (1, ';'), (2)", 'Values', "(1, ';'), (2)", `INSERT INTO t  ${from}  FORMAT Values`],
  ['no format', 'INSERT INTO t', 'Values', '', `INSERT INTO t ${from}  FORMAT Values`],
  ['a table named format', 'INSERT INTO format FORMAT TSV 1', 'TSV', '1', `INSERT INTO format  ${from}  FORMAT TSV`],
  [
    'a column named values',
    'INSERT INTO t (values) VALUES (1)',
    'Values',
    '(1)',
    `INSERT INTO t (values)  ${from}  FORMAT Values`,
  ],
  ['a comment before', '-- x\nINSERT INTO t FORMAT TSV\r\n1', 'TSV', '1', `-- x\nINSERT INTO t  ${from}  FORMAT TSV`],
  [
    'settings, which follow the file',
    'INSERT INTO t SETTINGS async_insert = 0 FORMAT TSV\n1',
    'TSV',
    '1',
    `INSERT INTO t  ${from} SETTINGS async_insert = 0  FORMAT TSV`,
  ],
  [
    'settings behind the format',
    "INSERT INTO t FORMAT TSV SETTINGS a = 1, b = 'x'\n1",
    'TSV',
    '1',
    `INSERT INTO t ${from} SETTINGS a = 1, b = 'x' FORMAT TSV`,
  ],
  [
    'input()',
    "INSERT INTO t SELECT a + 1 FROM input('a Int8') WHERE a > 0 FORMAT TSV\n1",
    'TSV',
    '1',
    "INSERT INTO t SELECT a + 1 FROM file('in-1', 'TSV', 'a Int8', 'none') WHERE a > 0",
  ],
])('%s', (_, sql, format, data, statement) => {
  const found = readDataInsert(sql)!;
  expect(found.format).toBe(format);
  expect(sql.slice(found.dataStart)).toBe(data);
  expect(found.fromFile('in-1', 'none').replace(/ +/g, ' ').trim()).toBe(statement.replace(/ +/g, ' '));
});

test.each([
  'SELECT 1',
  'INSERT INTO t SELECT 1',
  'INSERT INTO t SELECT * FROM u FORMAT CSV',
  'INSERT INTO t WITH 1 AS x SELECT x',
  "INSERT INTO t FROM INFILE 'x' FORMAT CSV",
  'create table t (a Int8) engine = Memory',
  '',
])('%s takes no data from the request', (sql) => {
  expect(readDataInsert(sql)).toBeUndefined();
});

test.each([0x20, 0x09, 0x0a, 0x0d, 0x3b, 0x27, 0x60])('binary data may begin with byte %i', (byte) => {
  const head = 'INSERT INTO t FORMAT RowBinary\n';
  const sql = head + String.fromCharCode(byte, 0, 255, byte);
  expect(readDataInsert(sql)!.dataStart).toBe(head.length);
});

import { expect, it } from 'vitest';
import { catalogueTable, rowsNote, rowsTable } from '../../../src/core/cli/present-query.js';

it('shows values of every kind in one line each', () => {
  const columns = ['name', 'amount', 'tags', 'gone'].map((name) => ({ name, type: 'String' }));
  const rows = [
    ['a\nb', '12.50', ['x', 'y'], null],
    ['\u001b[31mred', '3.00', { k: 1 }, true],
  ];
  expect(rowsTable({ columns, rows }).split('\n')).toEqual([
    'name           amount  tags       gone',
    'a\\nb            12.50  ["x","y"]  -',
    '\\u001b[31mred    3.00  {"k":1}    true',
  ]);
});

it('shows which parameters must be given', () => {
  const query = { name: 'q', description: 'Rows.', sql: 'SELECT {a:UInt8}, {b:String}', params: { a: 1 } };
  expect(catalogueTable([query])).toContain('q      a=1 b=STRING  Rows.');
});

it.each([
  [1, 8.04, '1 row, 8.0 ms'],
  [12, 81.6, '12 rows, 82 ms'],
  [null, 3, '3.0 ms'],
])('notes %j rows', (rows, elapsed, note) => {
  expect(rowsNote(rows, elapsed)).toBe(note);
});

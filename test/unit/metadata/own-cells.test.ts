import { describe, expect, test } from 'vitest';
import { instantOf, type OwnColumn, readCell, sqlType } from '../../../src/core/metadata/own-cells.js';
import type { Cell } from '../../../src/core/metadata/rows/table.js';

const decimal: OwnColumn = { type: 'decimal', scale: 2 };
const type = (name: 'text' | 'int' | 'float' | 'bool' | 'timestamp'): OwnColumn => ({ type: name });

test.each<[OwnColumn, string | number | boolean | null, Cell]>([
  [type('text'), ' a ', ' a '],
  [type('text'), '', ''],
  [type('int'), ' -42 ', -42],
  [type('int'), 7, 7],
  [type('float'), '1.5e3', 1500],
  [type('float'), 0.1, 0.1],
  [decimal, '12.5', '12.5'],
  [decimal, '12.500', '12.5'],
  [decimal, '-0012', '-0012'],
  [decimal, 19.99, '19.99'],
  [type('bool'), 'TRUE', true],
  [type('bool'), false, false],
  [type('timestamp'), '2026-01-31T12:00:00Z', new Date('2026-01-31T12:00:00Z')],
  [type('timestamp'), 1_767_225_600_000, new Date(1_767_225_600_000)],
  [decimal, null, null],
])('%o takes %j as %j', (column, value, cell) => {
  expect(readCell(value, column)).toEqual(cell);
});

test.each<[OwnColumn, string | number | boolean, string]>([
  [type('text'), 1.1, 'expected text (in YAML, quote what looks like a number), got 1.1'],
  [type('int'), '1.5', 'expected a whole number, got "1.5"'],
  [type('int'), '', 'expected a whole number, got ""'],
  [type('int'), '9007199254740993', 'expected a whole number'],
  [type('float'), 'NaN', 'expected a number, got "NaN"'],
  [type('float'), true, 'expected a number, got true'],
  [decimal, '12.505', 'expected a decimal with at most 2 digits after the point and 13 before it, got "12.505"'],
  [decimal, '12345678901234', 'expected a decimal'],
  [decimal, '1e3', 'expected a decimal'],
  [type('bool'), 'yes', 'expected true or false, got "yes"'],
  [type('bool'), 1, 'expected true or false, got 1'],
  [type('timestamp'), '2026-02-31T00:00:00X', 'expected a time such as 2026-01-31T12:00:00Z'],
])('%o refuses %j', (column, value, message) => {
  expect(() => readCell(value, column)).toThrow(message);
});

describe('times', () => {
  test.each([
    ['2026-01-31', '2026-01-31T00:00:00.000Z'],
    ['2026-01-31 12:30', '2026-01-31T12:30:00.000Z'],
    ['2026-01-31 12:30:15.250', '2026-01-31T12:30:15.250Z'],
    ['2026-01-31 12:30:15+00', '2026-01-31T12:30:15.000Z'],
    ['2026-01-31T12:30:15+02:00', '2026-01-31T10:30:15.000Z'],
    ['2026-01-31T12:30:15-0130', '2026-01-31T14:00:15.000Z'],
    ['1767225600000', '2026-01-01T00:00:00.000Z'],
  ])('%s is %s, whatever the zone of the machine', (text, instant) => {
    expect(new Date(instantOf(text)).toISOString()).toBe(instant);
  });

  test.each(['', 'now', '2026-13-01', '31.01.2026', '2026-01-31T25:00:00Z'])('%j is none', (text) => {
    expect(instantOf(text)).toBeNaN();
  });
});

test('declared types become those of PostgreSQL', () => {
  expect([type('text'), type('int'), type('float'), type('bool'), type('timestamp'), decimal].map(sqlType)).toEqual([
    'text',
    'bigint',
    'double precision',
    'boolean',
    'timestamptz',
    'numeric(15, 2)',
  ]);
});

import { describe, expect, it } from 'vitest';
import { alertsTable } from '../../../src/core/cli/alerts-table.js';
import { nextSteps } from '../../../src/core/cli/next-steps.js';
import { table } from '../../../src/core/cli/table.js';
import { windowsTable } from '../../../src/core/cli/windows-table.js';
import type { Alert } from '../../../src/core/process/detect/kind.js';

describe('a table', () => {
  it('puts numbers to the right, with separators and with gaps', () => {
    expect(
      table(
        ['name', 'produced'],
        [
          ['a', '1,002'],
          ['b', null],
          ['c', 7],
        ],
      ).split('\n'),
    ).toEqual(['name  produced', 'a        1,002', 'b            -', 'c            7']);
  });

  it('leaves text that merely looks like a number with commas to the left', () => {
    expect(table(['offsets'], [['1,2,3']])).toBe('offsets\n1,2,3');
    expect(table(['long name', 'n'], [['1,2', 1]]).split('\n')[1]).toBe('1,2        1');
  });

  it('breaks the last column where it was asked to', () => {
    const shown = table(['query', 'shows'], [['a_query', 'one two three four five six seven eight nine ten']], {
      wrapAt: 40,
    });
    expect(Math.max(...shown.split('\n').map((line) => line.length))).toBeLessThanOrEqual(40);
    expect(shown.replace(/\s+/g, ' ')).toBe('query shows a_query one two three four five six seven eight nine ten');
  });
});

describe('the table of windows', () => {
  const columns = [
    { name: 'window_start', type: "DateTime64(3, 'UTC')" },
    { name: 'window_end', type: "DateTime64(3, 'UTC')" },
    { name: 'category', type: 'String' },
    { name: 'average', type: 'Nullable(Float64)' },
    { name: 'revenue', type: 'Decimal(18, 2)' },
  ];
  const row = ['2026-11-23 17:48:10.000', '2026-11-23 17:48:20.000', 'Laptops', '1403.6855555555555', '36273.78'];

  it('shows starts as time of day and floats in six digits, decimals with all of theirs', () => {
    expect(windowsTable({ columns, rows: [row] }).split('\n')).toEqual([
      'start (UTC)  category  average   revenue',
      '17:48:10     Laptops   1403.69  36273.78',
    ]);
  });

  it('says so when there are no rows', () => {
    expect(windowsTable({ columns, rows: [] })).toBe('none yet');
  });

  it('names the columns that 80 do not hold', () => {
    const wide = { columns: [...columns, { name: 'x'.repeat(60), type: 'String' }], rows: [[...row, 'y']] };
    const lines = windowsTable(wide).split('\n');
    expect(lines.at(-1)).toBe(`and ${'x'.repeat(60)}`);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  });
});

describe('next steps', () => {
  it('align what the commands do', () => {
    expect(
      nextSteps('Next:', [
        ['pipe up', 'start'],
        ['pipe', 'help'],
        ['export A=b', ''],
      ]),
    ).toBe('Next:\n  pipe up     start\n  pipe        help\n  export A=b');
  });
});

it('alerts tell when, who, about what and why; long reasons are cut, nothing reaches the terminal raw', () => {
  const alert: Alert = {
    ...{ id: 'hot/0-1', detector: 'hot', kind: 'threshold', severity: 'critical', partition: 0, offset: 1 },
    keys: { device: 'd\u001b1', floor: null },
    time: Date.UTC(2026, 0, 31, 12, 0, 5, 250),
    evidence: { value: 1 / 3, above: true },
  };
  const more = { ...alert, time: Date.UTC(2026, 0, 31), keys: {}, evidence: { why: 'x'.repeat(90) } };
  expect(alertsTable([alert, more]).split('\n')).toEqual([
    'time (UTC)    detector  severity  keys                        evidence',
    '12:00:05.250  hot       critical  device=d\\u001b1 floor=null  value=0.333333 above=true',
    `00:00:00      hot       critical                              why=${'x'.repeat(35)}…`,
  ]);
});

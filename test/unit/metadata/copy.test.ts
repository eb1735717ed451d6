import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { copyLine } from '../../../src/core/metadata/copy.js';
import type { Cell } from '../../../src/core/metadata/rows/table.js';

describe('a row in the text format of COPY', () => {
  test.each<[string, Cell[], string]>([
    ['tabs between the cells', ['a', 1, true], 'a\t1\ttrue\n'],
    ['null is not the empty text', [null, ''], '\\N\t\n'],
    ['times in UTC', [new Date(0)], '1970-01-01T00:00:00.000Z\n'],
    ['what separates is escaped', ['a\tb\nc\rd'], 'a\\tb\\nc\\rd\n'],
    ['a text that looks like null', ['\\N'], '\\\\N\n'],
    ['the end mark', ['\\.'], '\\\\.\n'],
  ])('%s', (_, row, line) => {
    expect(copyLine(row)).toBe(line);
  });

  test('any texts come back from a reader that knows the escapes', () => {
    const texts = fc.array(
      fc.option(fc.string({ unit: fc.constantFrom('\\', '\t', '\n', '\r', 'N', '.', 'a', 'é') })),
      {
        minLength: 1,
      },
    );
    fc.assert(
      fc.property(texts, (row) => {
        expect(readLine(copyLine(row))).toEqual(row);
      }),
    );
  });
});

/** COPY's own rules, from PostgreSQL's manual. */
function readLine(line: string): (string | null)[] {
  expect(line.indexOf('\n')).toBe(line.length - 1);
  const letters: Record<string, string> = { t: '\t', n: '\n', r: '\r' };
  return line
    .slice(0, -1)
    .split('\t')
    .map((cell) => (cell === '\\N' ? null : cell.replace(/\\(.)/g, (_, letter: string) => letters[letter] ?? letter)));
}

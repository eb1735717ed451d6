import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Session } from 'chdb';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAggregate } from '../../src/core/pipeline/expression/aggregate.js';
import { aggregateToClickHouse, decimalText, toClickHouse } from '../../src/core/pipeline/expression/clickhouse.js';
import { compileNumber } from '../../src/core/pipeline/expression/javascript.js';
import { parseExpression, parseFilter } from '../../src/core/pipeline/expression/parse.js';
import { caseColumns, caseScope } from '../unit/pipeline/case-columns.js';
import { anyExpression } from '../unit/pipeline/expression-arbitrary.js';
import { caseFields, caseRows, expressionCases, type Value } from '../unit/pipeline/expression-cases.js';

const folder = mkdtempSync(join(tmpdir(), 'pipe-expressions-'));
let session: Session;

beforeAll(() => {
  session = new Session(folder);
  const columns = caseFields.map(({ name, type, scale, nullable }) => {
    const bare = type === 'decimal' ? `Decimal(18, ${scale})` : stored[type];
    return `\`${name}\` ${nullable ? `Nullable(${bare})` : bare}`;
  });
  session.query(
    `CREATE TABLE events (${columns.join(', ')}, _partition UInt16, _offset UInt64) ENGINE = MergeTree ORDER BY _offset`,
  );
  const rows = caseRows.map((row, index) => `(${[...row.map(inserted), 0, index].join(', ')})`);
  session.query(`INSERT INTO events VALUES ${rows.join(', ')}`);
});

afterAll(() => {
  session.cleanup();
  rmSync(folder, { recursive: true, force: true });
});

describe('toClickHouse', () => {
  it.each(expressionCases)('%s', (text, expected) => {
    expect(evaluated([text])).toEqual([expected]);
  });

  it('agrees with JavaScript to the last bit on expressions of any shape', () => {
    const columns = caseColumns();
    const texts = fc.sample(anyExpression(), { numRuns: 400, seed: 7 });
    const inJavaScript = texts.map((text) => {
      const expression = parseExpression(text, caseScope);
      const value = compileNumber(expression)(columns);
      return caseRows.map((_, row) => {
        const number = value(row);
        if (Number.isNaN(number)) return null;
        if (expression.type === 'bool') return number === 1;
        return expression.type === 'decimal' ? decimalText(number, expression.scale) : number + 0;
      });
    });
    const inClickHouse = evaluated(texts);
    texts.forEach((text, index) => {
      expect([text, inClickHouse[index]]).toEqual([text, inJavaScript[index]]);
    });
  });
});

describe('aggregateToClickHouse', () => {
  it.each<[aggregate: string, where: string | undefined, value: Value]>([
    ['count()', undefined, 5],
    ['count()', 'country == "DE"', 1],
    ['count()', 'n > 1000000', 0],
    ['sum(n)', undefined, 9_013],
    ['sum(m)', undefined, 10],
    ['sum(m)', 'is_null(m)', null],
    ['sum(price * n)', 'n < 100', '255.87'],
    ['sum(cost)', undefined, '27.120'],
    ['sum(f)', 'f > 0.01', 0.6],
    ['avg(price)', 'n < 100', (150 - 207 + 1999) / 100 / 4],
    ['avg(m)', undefined, 2.5],
    ['avg(m)', 'is_null(m)', null],
    ['min(price)', undefined, '-2.07'],
    ['max(cost)', undefined, '19.990'],
    ['min(n)', 'n > 1000000', null],
    ['max(at)', undefined, 1_700_000_003_000],
    ['count_distinct(country)', undefined, 3],
    ['count_distinct(ok)', undefined, 2],
    ['count_distinct(m)', 'is_null(m)', 0],
    ['approx_count_distinct(kind)', undefined, 5],
    ['quantile(n, 0.5)', undefined, 1],
    ['quantile(price, 1)', undefined, 90_071.92],
    ['quantile(price, 0.5)', 'n > 1000000', null],
    ['first(kind)', undefined, ''],
    ['last(kind)', undefined, 'c\\d'],
    ['first(country)', undefined, 'DE'],
    ['last(country)', 'n < 10', 'FR'],
    ['last(m)', 'is_null(m)', null],
    ['first(price)', undefined, '90071.92'],
    ['last(seen)', undefined, 1_700_000_003_000],
    ['first(ok)', 'n == 0', false],
  ])('%s where %s', (text, where, expected) => {
    const aggregate = parseAggregate(text, caseScope);
    const filter = where === undefined ? undefined : parseFilter(where, caseScope);
    const [row] = rowsOf(`SELECT ${aggregateToClickHouse({ ...aggregate, where: filter }, 'at')} FROM events`);
    expect(aggregate.type === 'bool' ? truth(row![0]!) : row![0]).toEqual(expected);
  });

  it('orders first and last by partition and offset where times are equal', () => {
    session.query(
      `CREATE TABLE ties (kind String, at DateTime64(3), _partition UInt16, _offset UInt64) ENGINE = Memory;
       INSERT INTO ties VALUES ('b', 5, 1, 0), ('c', 5, 0, 7), ('a', 5, 0, 3), ('d', 5, 1, 9)`,
    );
    const [first, last] = ['first(kind)', 'last(kind)'].map((text) =>
      aggregateToClickHouse(parseAggregate(text, caseScope), 'at'),
    );
    expect(rowsOf(`SELECT ${first}, ${last} FROM ties`)).toEqual([['a', 'd']]);
  });
});

const stored = {
  int: 'Int64',
  float: 'Float64',
  decimal: 'Decimal',
  bool: 'Bool',
  string: 'String',
  timestamp: "DateTime64(3, 'UTC')",
} as const;

/** A value of the case table as SQL. */
function inserted(value: Value, column: number): string {
  const { type, scale } = caseFields[column]!;
  if (value === null) return 'NULL';
  if (type === 'timestamp') return `fromUnixTimestamp64Milli(toInt64(${value}), 'UTC')`;
  if (type === 'decimal') return `toDecimal64('${value}', ${scale})`;
  return type === 'string' ? `'${String(value).replace(/['\\]/g, '\\$&')}'` : String(value);
}

/** Values of several expressions in all rows, in one statement. */
function evaluated(texts: readonly string[]): Value[][] {
  const expressions = texts.map((text) => parseExpression(text, caseScope));
  const columns = expressions.map((expression, index) => `${toClickHouse(expression)} AS r${index}`);
  const rows = rowsOf(`SELECT ${columns.join(', ')} FROM events ORDER BY _offset`);
  return expressions.map(({ type }, index) =>
    rows.map((row) =>
      type === 'bool' ? truth(row[index]!) : typeof row[index] === 'number' ? row[index] + 0 : row[index]!,
    ),
  );
}

function rowsOf(sql: string): Value[][] {
  const settings =
    'output_format_json_quote_64bit_integers = 0, output_format_json_quote_decimals = 1, output_format_decimal_trailing_zeros = 1';
  const answer = JSON.parse(session.query(`${sql} SETTINGS ${settings}`, 'JSONCompact')) as { data: Value[][] };
  return answer.data;
}

/** Conditions are UInt8, stored bools are Bool. */
function truth(value: Value): Value {
  return value === null ? null : Boolean(value);
}

import type { ScopeField } from '../../../src/core/pipeline/expression/scope.js';

/** Decimals stand as texts with their point, timestamps as epoch milliseconds. */
export type Value = number | boolean | string | null;

/** The fields over which all targets evaluate the cases; `nullable` ones may lack a value. */
export const caseFields = [
  { name: 'n', type: 'int', scale: 0, nullable: false },
  { name: 'm', type: 'int', scale: 0, nullable: true },
  { name: 'price', type: 'decimal', scale: 2, nullable: false },
  { name: 'cost', type: 'decimal', scale: 3, nullable: true },
  { name: 'f', type: 'float', scale: 0, nullable: false },
  { name: 'g', type: 'float', scale: 0, nullable: true },
  { name: 'ok', type: 'bool', scale: 0, nullable: false },
  { name: 'maybe', type: 'bool', scale: 0, nullable: true },
  { name: 'kind', type: 'string', scale: 0, nullable: false },
  { name: 'country', type: 'string', scale: 0, nullable: true },
  { name: 'home', type: 'string', scale: 0, nullable: true },
  { name: 'at', type: 'timestamp', scale: 0, nullable: false },
  { name: 'seen', type: 'timestamp', scale: 0, nullable: true },
] as const satisfies readonly (ScopeField & { nullable: boolean })[];

/** By row, in the order of the fields. The texts hold what an SQL literal must escape. */
export const caseRows: readonly (readonly Value[])[] = [
  [1, 2, '1.50', '0.125', 0.5, 2, true, true, 'a', 'DE', 'DE', 1_700_000_000_000, 1_700_000_000_500],
  [0, 0, '0.00', '0.000', 0, 0, false, false, 'b', 'FR', 'DE', 1_700_000_001_000, 1_700_000_000_000],
  [-7, null, '-2.07', null, -1.25, null, true, null, "o'k", null, 'FR', 1_700_000_002_001, null],
  [12, 5, '19.99', '19.990', 1e-7, -3.5, false, true, 'c\\d', 'US', null, 1_700_000_003_000, 1_700_000_003_000],
  [9_007, 3, '90071.92', '7.005', 0.1, 0.2, true, false, '', null, null, 1, 0],
];

/** Each expression with its value in each row: one table that every target must agree on. */
export const expressionCases: readonly (readonly [expression: string, values: readonly Value[]])[] = [
  // ints
  ['n + 1', [2, 1, -6, 13, 9_008]],
  ['n - m * 2', [-3, 0, null, 2, 9_001]],
  ['-n', [-1, 0, 7, -12, -9_007]],
  ['(n + 1) * -2', [-4, -2, 12, -26, -18_016]],
  ['n / m', [0.5, null, null, 2.4, 9_007 / 3]],
  ['1 / 3', Array(5).fill(1 / 3)],
  ['n / 0', Array(5).fill(null)],
  // decimals are exact, in scale and in value
  ['price', ['1.50', '0.00', '-2.07', '19.99', '90071.92']],
  ['price * n', ['1.50', '0.00', '14.49', '239.88', '811277783.44']],
  ['price + cost', ['1.625', '0.000', null, '39.980', '90078.925']],
  ['price - cost', ['1.375', '0.000', null, '0.000', '90064.915']],
  ['price * 0.1', ['0.150', '0.000', '-0.207', '1.999', '9007.192']],
  ['price * cost', ['0.18750', '0.00000', null, '399.60010', '630953.79960']],
  ['-price', ['-1.50', '0.00', '2.07', '-19.99', '-90071.92']],
  ['price / 3', [0.5, 0, -2.07 / 3, 19.99 / 3, 90071.92 / 3]],
  ['price / n', [1.5, null, -2.07 / -7, 19.99 / 12, 90071.92 / 9_007]],
  ['cost / price', [0.125 / 1.5, null, null, 1, 7.005 / 90071.92]],
  // floats
  ['f * 2', [1, 0, -2.5, 2e-7, 0.2]],
  ['f + g', [2.5, 0, null, 1e-7 - 3.5, 0.1 + 0.2]],
  ['f * price', [0.75, 0, -1.25 * -2.07, 1e-7 * 19.99, 0.1 * 90071.92]],
  ['f / g', [0.25, null, null, 1e-7 / -3.5, 0.1 / 0.2]],
  ['n * 1e0', [1, 0, -7, 12, 9_007]],
  ['price * 1.5e0', [1.5 * 1.5, 0, -2.07 * 1.5, 19.99 * 1.5, 90071.92 * 1.5]],
  // timestamps
  ['at', [1_700_000_000_000, 1_700_000_001_000, 1_700_000_002_001, 1_700_000_003_000, 1]],
  ['seen - at', [500, -1000, null, 0, -1]],
  ['at + 1000', [1_700_000_001_000, 1_700_000_002_000, 1_700_000_003_001, 1_700_000_004_000, 1001]],
  ['at >= 1700000001000', [false, true, true, true, false]],
  ['seen < at', [false, true, null, false, true]],
  // comparisons
  ['n > 0', [true, false, false, true, true]],
  ['n == m', [false, true, null, false, false]],
  ['n != m', [true, false, null, true, true]],
  ['m <= 2', [true, true, null, false, false]],
  ['price == cost', [false, true, null, true, false]],
  ['price != cost', [true, false, null, false, true]],
  ['price > n', [true, false, true, true, true]],
  ['price == 1.5', [true, false, false, false, false]],
  ['price >= 19.990', [false, false, false, true, true]],
  ['f < price', [true, false, false, true, true]],
  ['f == 0.1', [false, false, false, false, true]],
  ['f + g == 0.3', [false, false, null, false, false]],
  ['g >= -3.5', [true, true, null, true, true]],
  ['f == n', [false, true, false, false, false]],
  // strings
  ['kind == "a"', [true, false, false, false, false]],
  ['kind == ""', [false, false, false, false, true]],
  ['kind != "never seen"', Array(5).fill(true)],
  ['"o\'k" == kind', [false, false, true, false, false]],
  ["kind == 'c\\\\d'", [false, false, false, true, false]],
  ['country == "DE"', [true, false, null, false, null]],
  ['country != "DE"', [false, true, null, true, null]],
  ['country == home', [true, false, null, null, null]],
  ['country != home', [false, true, null, null, null]],
  ['"a" == "b"', Array(5).fill(false)],
  // bools in three values
  ['ok', [true, false, true, false, true]],
  ['!ok', [false, true, false, true, false]],
  ['!maybe', [false, true, null, false, true]],
  ['ok && maybe', [true, false, null, false, false]],
  ['ok || maybe', [true, false, true, true, true]],
  ['!ok && maybe', [false, false, false, true, false]],
  ['!ok || maybe', [true, true, null, true, false]],
  ['maybe == ok', [true, true, null, false, false]],
  ['maybe != true', [false, true, null, false, true]],
  ['(n > m) == ok', [false, true, null, false, true]],
  ['true', Array(5).fill(true)],
  ['maybe && false', Array(5).fill(false)],
  ['country == "DE" || m > 1', [true, false, null, true, true]],
  ['!(country == "DE" && m > 1)', [false, true, null, true, null]],
  // in
  ['n in [0, 12, -7]', [false, true, true, true, false]],
  ['m in [2]', [true, false, null, false, false]],
  ['!(m in [2, 0])', [false, false, null, true, true]],
  ['price in [1.5, 19.99]', [true, false, false, true, false]],
  ['f in [0.1, 0]', [false, true, false, false, true]],
  ['kind in ["a", "o\'k", "c\\\\d"]', [true, false, true, true, false]],
  ['country in ["DE", "US"]', [true, false, null, true, null]],
  ['!(country in ["DE", "US"])', [false, true, null, false, null]],
  ['"a" in ["a"]', Array(5).fill(true)],
  // is_null
  ['is_null(m)', [false, false, true, false, false]],
  ['is_null(n)', Array(5).fill(false)],
  ['is_null(country)', [false, false, true, false, true]],
  ['!is_null(country) && country != home', [false, true, false, null, false]],
  ['is_null(n / m)', [false, true, true, false, false]],
  ['is_null(m > 1)', [false, false, true, false, false]],
  ['is_null(maybe)', [false, false, true, false, false]],
];

import type { FieldType } from '../schema.js';

export const comparisons = ['==', '!=', '<', '<=', '>', '>='] as const;
export type Comparison = (typeof comparisons)[number];
export const arithmetics = ['+', '-', '*', '/'] as const;
export type Arithmetic = (typeof arithmetics)[number];

/** Digits after the point that a result may have: doubles hold 15 decimal digits exactly. */
export const maxScale = 15;

/**
 * A typed expression over the columns of an event. Null spreads as in SQL: arithmetic and comparisons with null are null, && and || are
 * three-valued, a filter passes only what is true. `type` and `scale` describe the value: decimals are scaled integers (+ and - use the larger
 * scale, * adds the scales, / gives a float, null on division by zero); int with decimal is decimal, anything with float is float. A timestamp
 * plus or minus an int is a timestamp, the difference of two is an int of milliseconds. Ints and scaled decimals are exact up to 2^53; what goes
 * beyond is rounded by JavaScript and not by ClickHouse. A decimal literal's value, and the values of `in` over a decimal, are scaled integers of
 * the node's or the operand's scale. -x stands as 0 - x.
 */
export type Expression =
  | { kind: 'literal'; value: string | number | boolean; type: FieldType; scale: number }
  | { kind: 'field'; column: number; name: string; type: FieldType; scale: number }
  | { kind: 'arithmetic'; operator: Arithmetic; left: Expression; right: Expression; type: FieldType; scale: number }
  | { kind: 'compare'; operator: Comparison; left: Expression; right: Expression; type: 'bool'; scale: 0 }
  | { kind: 'logical'; operator: '&&' | '||'; left: Expression; right: Expression; type: 'bool'; scale: 0 }
  | { kind: 'not'; operand: Expression; type: 'bool'; scale: 0 }
  | { kind: 'in'; operand: Expression; values: readonly (string | number)[]; type: 'bool'; scale: 0 }
  | { kind: 'is_null'; operand: Expression; type: 'bool'; scale: 0 };

import type { FieldType } from '../schema.js';

export const comparisons = ['==', '!=', '<', '<=', '>', '>='] as const;
export type Comparison = (typeof comparisons)[number];
export const arithmetics = ['+', '-', '*', '/'] as const;
export type Arithmetic = (typeof arithmetics)[number];

/**
 * A typed expression over the columns of an event. Null spreads as in SQL: arithmetic and comparisons with null are null, && and || are
 * three-valued, a filter passes only what is true. `type` and `scale` describe the value: decimals are scaled integers (+ and - use the larger
 * scale, * adds the scales, / gives a float, null on division by zero); int with decimal is decimal, anything with float is float.
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

import type { Expression } from '../pipeline/expression/expression.js';
import { compileColumn } from '../pipeline/expression/javascript.js';
import type { Columns } from './batch.js';

/** The values of an expression for every row of a batch: NaN is null, strings are interned ids, bools 1 and 0. */
export type ColumnExpression = (batch: Columns) => Float64Array;

/** Compiled expressions, each computed once per batch however many windows and aggregates ask for it. Values last until the next batch. */
export class ColumnExpressions {
  private readonly known = new Map<string, ColumnExpression>();

  compile(expression: Expression): ColumnExpression {
    const text = JSON.stringify(expression);
    let compiled = this.known.get(text);
    if (!compiled) {
      compiled = plainColumn(expression) ?? computed(expression);
      this.known.set(text, compiled);
    }
    return compiled;
  }
}

/** A field of numbers is its column: nothing to compute. */
function plainColumn(expression: Expression): ColumnExpression | undefined {
  if (expression.kind !== 'field' || expression.type === 'string') return undefined;
  return (batch) => {
    const column = batch.columns[expression.column];
    if (column?.kind === 'number') return column.values;
    throw new TypeError(`column ${expression.column}: expected numbers, got ${column?.kind ?? 'none'}`);
  };
}

function computed(expression: Expression): ColumnExpression {
  const bind = compileColumn(expression);
  let values = new Float64Array(0);
  let last: Columns | undefined;
  return (batch) => {
    if (batch === last) return values;
    if (values.length < batch.size) values = new Float64Array(Math.max(1024, batch.size));
    bind(batch.columns)(batch.size, values);
    last = batch;
    return values;
  };
}

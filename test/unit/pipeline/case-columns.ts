import type { ReadableColumn } from '../../../src/core/pipeline/expression/columns.js';
import { Scope } from '../../../src/core/pipeline/expression/scope.js';
import { Dictionary } from '../../../src/core/process/dictionary.js';
import { caseFields, caseRows, type Value } from './expression-cases.js';

export const caseScope = new Scope(caseFields);

/** The rows of the cases as the engine's columns, each string column with a dictionary of its own. */
export function caseColumns(): ReadableColumn[] {
  return caseFields.map(({ type, scale }, index) => {
    const values = caseRows.map((row) => row[index]!);
    if (type !== 'string')
      return { kind: 'number', values: Float64Array.from(values, (value) => scaled(value, scale)) };
    const dictionary = new Dictionary();
    const ids = Int32Array.from(values, (value) => (value === null ? -1 : dictionary.idOf(String(value))));
    return { kind: 'interned', ids, dictionary };
  });
}

/** As a column holds it: NaN for null, 1 and 0 for bools, decimals without their point. */
function scaled(value: Value, scale: number): number {
  if (value === null) return Number.NaN;
  return typeof value === 'string' ? Math.round(Number(value) * 10 ** scale) : Number(value);
}

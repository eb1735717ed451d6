import type { ReadableColumn } from './columns.js';
import type { Expression } from './expression.js';
import { Emitter } from './javascript-emitter.js';

/** Binds compiled code to the columns of one batch; string literals are looked up in the columns' dictionaries then. */
export type Bind<Result> = (columns: readonly ReadableColumn[]) => Result;

/**
 * The value of row r: NaN is null; bools are 1 and 0, decimals scaled integers, timestamps milliseconds, strings (plain fields only) their
 * interned id. Generated as straight-line code, in which nothing of the expression's text stands: fields and literals are numbers there,
 * strings come in as bound values.
 */
export function compileNumber(expression: Expression): Bind<(row: number) => number> {
  const emitter = new Emitter();
  const value = emitter.value(expression);
  return bound(emitter, `return function (r) { ${emitter.body()} return ${value}; };`);
}

/** Whether row r passes: false counts as no, and so does null. */
export function compileFilter(expression: Expression): Bind<(row: number) => boolean> {
  const emitter = new Emitter();
  const truth = emitter.isTrue(expression);
  return bound(emitter, `return function (r) { ${emitter.body()} return ${truth}; };`);
}

/** As compileNumber for the rows 0 to size - 1 in one loop, which is faster where all rows are wanted. */
export function compileColumn(expression: Expression): Bind<(size: number, out: Float64Array) => void> {
  const emitter = new Emitter();
  const value = emitter.value(expression);
  return bound(
    emitter,
    `return function (size, out) { for (let r = 0; r < size; r++) { ${emitter.body()} out[r] = ${value}; } };`,
  );
}

function bound<Result>(emitter: Emitter, code: string): Bind<Result> {
  const bind = new Function('access', `"use strict"; ${emitter.prelude()} ${code}`) as (access: Access) => Result;
  return (columns) => bind(new Access(columns, emitter.texts));
}

/** What the generated prelude asks for, with the checks that generated code should not hold. */
class Access {
  private readonly columns: readonly ReadableColumn[];
  private readonly texts: readonly string[];

  constructor(columns: readonly ReadableColumn[], texts: readonly string[]) {
    this.columns = columns;
    this.texts = texts;
  }

  numbers(column: number): Float64Array {
    return this.of(column, 'number').values;
  }

  ids(column: number): Int32Array {
    return this.of(column, 'interned').ids;
  }

  /** Ids of interned strings or starts of byte ranges: negative is null in both. */
  marks(column: number): Int32Array {
    return this.columns[column]?.kind === 'bytes' ? this.of(column, 'bytes').starts : this.ids(column);
  }

  idOf(column: number, text: number): number {
    return this.of(column, 'interned').dictionary.idOf(this.text(text));
  }

  text(index: number): string {
    return this.texts[index]!;
  }

  /** Texts by row, for comparing columns whose dictionaries differ. */
  textAt(column: number): (row: number) => string | null {
    const { ids, dictionary } = this.of(column, 'interned');
    return (row) => (ids[row]! < 0 ? null : dictionary.textOf(ids[row]!));
  }

  private of<Kind extends ReadableColumn['kind']>(column: number, kind: Kind): ReadableColumn & { kind: Kind } {
    const found = this.columns[column];
    if (found?.kind === kind) return found as ReadableColumn & { kind: Kind };
    throw new TypeError(`column ${column}: expected a column of kind ${kind}, got ${found?.kind ?? 'none'}`);
  }
}

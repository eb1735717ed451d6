import type { Rows } from '../query/collect.js';
import { cellOf } from './present-query.js';
import { type Cell, table } from './table.js';

const widest = 80;
const significantDigits = 6;
/** What the title says already, or what is a constant of the window. */
const leftOut = ['window_end', 'window_size'];

/** Rows of a window's view in 80 columns: starts as time of day, floats rounded, the last columns left out where they do not fit. */
export function windowsTable({ columns, rows }: Rows): string {
  if (rows.length === 0) return 'none yet';
  const shown = columns.flatMap(({ name, type }, index) => (leftOut.includes(name) ? [] : [{ name, type, index }]));
  const render = (count: number): string =>
    table(
      shown.slice(0, count).map(({ name }) => (name === 'window_start' ? 'start (UTC)' : name)),
      rows.map((row) => shown.slice(0, count).map(({ name, type, index }) => short(name, type, row[index]))),
    );
  let count = shown.length;
  while (count > 1 && widthOf(render(count)) > widest) count--;
  const hidden = shown.slice(count).map(({ name }) => name);
  return hidden.length === 0 ? render(count) : `${render(count)}\nand ${hidden.join(', ')}`;
}

function short(name: string, type: string, value: unknown): Cell {
  if (name === 'window_start')
    return String(value)
      .slice('2026-01-31 '.length)
      .replace(/\.000$/, '');
  if (type.includes('Float') && value !== null && value !== undefined)
    return String(Number(Number(value).toPrecision(significantDigits)));
  return cellOf(value);
}

function widthOf(text: string): number {
  return Math.max(...text.split('\n').map((line) => line.length));
}

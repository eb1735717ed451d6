import type { ClickHouseSettings } from '@clickhouse/client';
import type { AnswerColumn } from './columns.js';
import { encodeCursor } from './cursor.js';
import type { PageSource } from './page.js';

/** ClickHouse's format of a page's rows. */
export const pageFormat = 'JSONCompactEachRow';

/** So that no digit of a page is lost, and without the threads that format long answers: to start them costs a page more than they save. */
export const pageSettings: ClickHouseSettings = {
  output_format_json_quote_64bit_integers: 1,
  output_format_json_quote_decimals: 1,
  output_format_decimal_trailing_zeros: 1,
  output_format_parallel_formatting: 0,
};

type Value = string | number | boolean | null;

export interface Page {
  rows: Value[][];
  /** Null on the last page. */
  next: string | null;
}

/** `answer` is in `pageFormat`, and may have one row more than the page. */
export function readPage(answer: string, { columns, order }: PageSource, limit: number): Page {
  const rows = answer
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Value[]);
  if (rows.length <= limit) return { rows, next: null };
  const page = rows.slice(0, limit);
  const last = page.at(-1)!;
  const place = order.map(({ name }) => last[columns.findIndex((column) => column.name === name)] ?? null);
  return { rows: page, next: encodeCursor(place.map((value) => (value === null ? null : String(value)))) };
}

/** A JSON object a row; numbers with all their digits. */
export function rowsAsJson(rows: readonly Value[][], columns: readonly AnswerColumn[]): string {
  const names = columns.map(({ name }) => JSON.stringify(name));
  const row = (values: readonly Value[]) =>
    `{${names.map((name, at) => `${name}:${cell(columns[at]!, values[at]!)}`).join(',')}}`;
  return `[${rows.map(row).join(',')}]`;
}

/** With a line of names; as RFC 4180 has it. A null is empty, and so is an empty text. */
export function rowsAsCsv(rows: readonly Value[][], columns: readonly AnswerColumn[]): string {
  const line = (values: readonly unknown[]) => `${values.map(field).join(',')}\r\n`;
  return line(columns.map(({ name }) => name)) + rows.map(line).join('');
}

function cell({ kind }: AnswerColumn, value: Value): string {
  const bare = (kind === 'exact' || kind === 'json') && typeof value === 'string';
  return bare ? value : JSON.stringify(value);
}

function field(value: unknown): string {
  const text = value === null ? '' : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

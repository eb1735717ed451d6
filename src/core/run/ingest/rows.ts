import { type Options, parse } from 'csv-parse';
import type { Plan, PlanField } from '../../pipeline/plan.js';
import { messageOf, usageError } from '../../runtime/errors.js';
import { parseInstant } from '../../runtime/units.js';
import type { Judge } from './judge.js';
import { linesOf, longestLine } from './lines.js';

/** One event of the input, or why it is none. */
export interface Row {
  line: number;
  /** As it stands in the input, to be kept when it is rejected. */
  raw: Buffer;
  event?: Record<string, unknown>;
  /** The record's value. */
  value?: Uint8Array;
  problem?: string;
}

/** Each line is an event's JSON and is sent byte for byte. */
export async function* ndjsonRows(input: AsyncIterable<Buffer>, judge: Judge): AsyncGenerator<Row> {
  for await (const { number: line, bytes: raw, tooLong } of linesOf(input)) {
    if (tooLong) yield { line, raw, problem: `longer than ${longestLine} bytes` };
    else
      try {
        yield { line, raw, event: judge.parse(raw), value: raw };
      } catch (error) {
        yield { line, raw, problem: messageOf(error) };
      }
  }
}

/**
 * A header with the names of fields, then a row for each event; the plan says the types, an empty cell is an absent value. Columns that are no
 * field are left out, which `note` is told. Throws a usage error when the header lacks a required field.
 */
export async function* csvRows(
  input: AsyncIterable<Buffer>,
  { plan, file, note, onHeader }: CsvContext,
): AsyncGenerator<Row> {
  const skipped: Row[] = [];
  let endless: number | undefined;
  const parser = parse({
    ...csvOptions,
    on_skip: (error, raw = '') => {
      const line = firstLine(Number((error as { lines?: number } | undefined)?.lines ?? 0), raw);
      if (error?.code === 'CSV_MAX_RECORD_SIZE') endless = line;
      else skipped.push({ line, raw: withoutBreak(raw), problem: messageOf(error) });
      return undefined;
    },
  });
  const feeding = feed(input, parser, () => endless !== undefined);
  let columns: Column[] | undefined;
  for await (const { record, raw, info } of parser as AsyncIterable<CsvRecord>) {
    if (!columns) {
      columns = columnsOf(record, plan, file, note);
      onHeader(Buffer.from(raw));
      continue;
    }
    const row = { line: firstLine(info.lines, raw), raw: withoutBreak(raw) };
    if (record.length !== columns.length)
      yield { ...row, problem: `expected ${columns.length} cells, got ${record.length}` };
    else yield { ...row, ...eventOf(columns, record) };
  }
  yield* skipped;
  await feeding;
  if (endless !== undefined)
    throw usageError(
      `${file}:${endless}: expected a row of at most ${longestLine} bytes: is a quote never closed?`,
      'The rows before it were sent. Mend it, and ingest the file from this line on, with its header.',
      'CSV_ROW',
    );
}

/** The parser counts up to where a row ends; a quoted cell may hold line breaks. */
function firstLine(last: number, raw: string): number {
  return last - (raw.trimEnd().match(/\n/g)?.length ?? 0);
}

function withoutBreak(raw: string): Buffer {
  return Buffer.from(raw.replace(/\r?\n$/, ''));
}

export interface CsvContext {
  plan: Plan;
  /** Its name in messages. */
  file: string;
  note(line: string): void;
  /** The header as it stands in the file, with its line break. */
  onHeader(raw: Buffer): void;
}

interface CsvRecord {
  record: (string | null)[];
  raw: string;
  info: { lines: number };
}

interface Column {
  name: string;
  /** Undefined for a column that is no field. */
  read?: (text: string) => unknown;
}

const csvOptions: Options = {
  bom: true,
  info: true,
  raw: true,
  relax_column_count: true,
  skip_empty_lines: true,
  // A quote within a cell that does not begin with one, or behind its end, is a character like any other.
  relax_quotes: true,
  skip_records_with_error: true,
  max_record_size: longestLine,
  cast: (value, { quoting }) => (value === '' && !quoting ? null : value),
};

async function feed(
  input: AsyncIterable<Buffer>,
  parser: ReturnType<typeof parse>,
  isOver: () => boolean,
): Promise<void> {
  try {
    for await (const chunk of input) {
      if (isOver()) break;
      if (!parser.write(chunk)) await new Promise((resolve) => parser.once('drain', resolve));
    }
    parser.end();
  } catch (error) {
    parser.destroy(error as Error);
  }
}

function columnsOf(
  header: readonly (string | null)[],
  plan: Plan,
  file: string,
  note: (line: string) => void,
): Column[] {
  const fields = plan.fields.slice(0, plan.eventFields);
  const names = header.map((cell) => cell?.trim() ?? '');
  const missing = fields.filter(({ name, optional }) => !optional && !names.includes(name)).map(({ name }) => name);
  if (missing.length > 0)
    throw usageError(
      `${file}:1: expected a column for each required field; missing: ${missing.join(', ')}`,
      `The header names them, in any order: ${fields.map(({ name }) => name).join(',')}`,
      'CSV_HEADER',
    );
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw usageError(`${file}:1: the column "${twice}" stands twice`, undefined, 'CSV_HEADER');
  const columns = names.map((name): Column => {
    const field = fields.find((one) => one.name === name);
    return field ? { name, read: readerOf(field) } : { name };
  });
  const others = columns.filter(({ read }) => !read).map(({ name }) => name);
  if (others.length > 0) note(`${file}: columns that are no field of ${plan.name} are left out: ${others.join(', ')}`);
  return columns;
}

function eventOf(
  columns: readonly Column[],
  cells: readonly (string | null)[],
): { event: Record<string, unknown>; value: Uint8Array } {
  const event: Record<string, unknown> = {};
  for (const [index, { name, read }] of columns.entries()) {
    const cell = cells[index]!;
    if (read && cell !== null) event[name] = read(cell);
  }
  return { event, value: Buffer.from(JSON.stringify(event)) };
}

/** What cannot be read stays text, for the check of the field to refuse. */
function readerOf({ type }: PlanField): (text: string) => unknown {
  switch (type) {
    case 'string':
      return (text) => text;
    case 'bool':
      return (text) => (/^true$/i.test(text) ? true : /^false$/i.test(text) ? false : text);
    case 'timestamp':
      return (text) => {
        try {
          return /^-?\d+$/.test(text) ? Number(text) : parseInstant(text);
        } catch {
          return text;
        }
      };
    default:
      return (text) => (/^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(text) ? Number(text) : text);
  }
}

import { createReadStream } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { CsvError, parse } from 'csv-parse';
import { messageOf } from '../runtime/errors.js';
import { yamlError } from '../runtime/yaml-file.js';
import { type OwnTable, readCell } from './own-cells.js';
import type { OwnFile } from './own-file.js';
import type { Cell } from './rows/table.js';

type RawCell = string | number | boolean | null | undefined;

interface RawRow {
  file: string;
  line: number;
  /** Where a single cell stands, when that is known better than by its row. */
  lineOf?: (column: string) => number;
  cells: Readonly<Record<string, RawCell>>;
}

const mostProblems = 20;

/**
 * The rows that a pipeline file declares for one of its tables, or names a CSV file for, as cells in the order of the declared columns.
 * Throws one usage error with `file:line: problem` for all bad cells, or for the first twenty; it comes while the rows are walked.
 */
export async function* ownRows(file: OwnFile, name: string, table: OwnTable): AsyncGenerator<Cell[]> {
  const problems = new Problems();
  const seen = new Map<string, string>();
  for await (const row of rawRows(file, name, table)) {
    const cells = Object.entries(table.columns).map(([column, type]) => {
      try {
        return readCell(row.cells[column], type);
      } catch (error) {
        problems.add(row.file, row.lineOf?.(column) ?? row.line, `${name}.${column}: ${messageOf(error)}`);
        return undefined;
      }
    });
    const key = cells[Object.keys(table.columns).indexOf(table.key)];
    if (key === null) problems.add(row.file, row.line, `${name}.${table.key}: the key is missing`);
    else if (key !== undefined) {
      const text = key instanceof Date ? key.toISOString() : String(key);
      const earlier = seen.get(text);
      const place = `${row.file}:${row.line}`;
      if (earlier) problems.add(row.file, row.line, `${name}.${table.key}: "${text}" stands at ${earlier} already`);
      else seen.set(text, place);
    }
    if (problems.none) yield cells as Cell[];
  }
  problems.check();
}

/** The CSV file's path, which the pipeline file names relative to itself. */
export function csvPath(file: OwnFile, table: OwnTable): string | undefined {
  return table.rows_from === undefined ? undefined : resolve(dirname(file.path), table.rows_from);
}

async function* rawRows(file: OwnFile, name: string, table: OwnTable): AsyncGenerator<RawRow> {
  const path = csvPath(file, table);
  if (path !== undefined) return yield* csvRows(path, file, name, table);
  for (const [index, cells] of (table.rows ?? []).entries()) {
    const at = ['metadata', 'tables', name, 'rows', index];
    yield {
      file: file.name,
      line: file.lineOf(at),
      lineOf: (column) => file.lineOf([...at, column]),
      cells,
    };
  }
}

async function* csvRows(path: string, file: OwnFile, name: string, table: OwnTable): AsyncGenerator<RawRow> {
  const shown = isAbsolute(table.rows_from!) ? path : join(dirname(file.name), table.rows_from!);
  const input = createReadStream(path);
  const parser = parse({
    bom: true,
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    // As PostgreSQL reads CSV: an empty cell is null, a quoted empty one is an empty text.
    cast: (value, { quoting }) => (value === '' && !quoting ? null : value),
  });
  input.on('error', (error) => parser.destroy(error));
  let header: string[] | undefined;
  try {
    for await (const { record, info } of input.pipe(parser) as AsyncIterable<CsvRecord>) {
      const line = info.lines;
      if (!header) {
        header = record.map((cell) => cell?.trim() ?? '');
        checkColumns(header, table, name, shown, line);
        continue;
      }
      if (record.length !== header.length)
        throw yamlError(shown, [{ line, message: `expected ${header.length} cells, got ${record.length}` }]);
      yield { file: shown, line, cells: Object.fromEntries(header.map((column, index) => [column, record[index]])) };
    }
  } catch (error) {
    throw readable(error, shown, file, name);
  } finally {
    input.destroy();
  }
  if (!header)
    throw yamlError(shown, [{ line: 1, message: 'expected a header with the names of the columns, got nothing' }]);
}

interface CsvRecord {
  record: (string | null)[];
  info: { lines: number };
}

function checkColumns(found: readonly string[], table: OwnTable, name: string, file: string, line: number): void {
  const known = Object.keys(table.columns);
  const problems = found
    .filter((column) => !known.includes(column))
    .map((column) => ({ line, message: `${name}: unknown column "${column}"; expected ${known.join(', ')}` }));
  for (const column of new Set(found.filter((each, index) => found.indexOf(each) !== index)))
    problems.push({ line, message: `${name}: column "${column}" stands twice` });
  if (!found.includes(table.key)) problems.push({ line, message: `${name}: the key ${table.key} is missing` });
  if (problems.length > 0) throw yamlError(file, problems);
}

function readable(error: unknown, shown: string, file: OwnFile, name: string): unknown {
  if (error instanceof CsvError)
    return yamlError(shown, [{ line: Number((error as { lines?: number }).lines ?? 1), message: error.message }]);
  if ((error as NodeJS.ErrnoException).syscall === undefined) return error;
  const line = file.lineOf(['metadata', 'tables', name, 'rows_from']);
  return yamlError(file.name, [{ line, message: `${name}: cannot read ${shown}: ${messageOf(error)}` }]);
}

/** Problems of one file; a second file's come in the next run, as messages are shown by file. */
class Problems {
  private file = '';
  private readonly found: { line: number; message: string }[] = [];

  get none(): boolean {
    return this.found.length === 0;
  }

  add(file: string, line: number, message: string): void {
    if (this.found.length > 0 && file !== this.file) this.check();
    this.file = file;
    this.found.push({ line, message });
    if (this.found.length >= mostProblems) this.check();
  }

  check(): void {
    if (this.found.length > 0) throw yamlError(this.file, this.found);
  }
}

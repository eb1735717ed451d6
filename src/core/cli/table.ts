import Table from 'cli-table3';

export type Cell = string | number | boolean | null | undefined;

export interface TableOptions {
  /** Break the last column's text into lines so that the table is no wider, as far as the others allow it. */
  wrapAt?: number;
}

const narrowest = 24;

/** A plain table: no vertical rules, numbers to the right; reads the same with and without a terminal. */
export function table(
  head: readonly string[],
  rows: readonly (readonly Cell[])[],
  { wrapAt }: TableOptions = {},
): string {
  const numeric = head.map((_, column) => rows.length > 0 && rows.every((row) => isNumeric(row[column])));
  const made = new Table({
    head: [...head],
    colAligns: numeric.map((yes) => (yes ? 'right' : 'left')),
    style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': 2 },
    chars: borderless,
    ...(wrapAt === undefined ? {} : wrapping(head, rows, wrapAt)),
  });
  for (const row of rows) made.push(row.map((cell) => (cell === null || cell === undefined ? '-' : String(cell))));
  return made
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

function wrapping(head: readonly string[], rows: readonly (readonly Cell[])[], wrapAt: number) {
  const widths = head.slice(0, -1).map((name, column) => {
    const cells = rows.map((row) => String(row[column] ?? '-').length);
    return Math.max(name.length, ...cells) + 2;
  });
  const last = Math.max(narrowest, wrapAt - widths.reduce((sum, width) => sum + width, 0));
  return { wordWrap: true, colWidths: [...widths, last + 2] };
}

/** Numbers as they come and as `whole` writes them; a missing one does not make its column text. */
function isNumeric(cell: Cell): boolean {
  if (cell === null || cell === undefined || cell === '-') return true;
  return typeof cell === 'number' || (cell !== '' && !Number.isNaN(Number(withoutSeparators(String(cell)))));
}

function withoutSeparators(text: string): string {
  return /^-?\d{1,3}(,\d{3})+(\.\d+)?$/.test(text) ? text.replaceAll(',', '') : text;
}

const borderless = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '',
};

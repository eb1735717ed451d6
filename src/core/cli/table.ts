import Table from 'cli-table3';

export type Cell = string | number | boolean | null | undefined;

/** A plain table: no vertical rules, numbers to the right; reads the same with and without a terminal. */
export function table(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const numeric = head.map((_, column) => rows.length > 0 && rows.every((row) => isNumeric(row[column])));
  const made = new Table({
    head: [...head],
    colAligns: numeric.map((yes) => (yes ? 'right' : 'left')),
    style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': 2 },
    chars: borderless,
  });
  for (const row of rows) made.push(row.map((cell) => (cell === null || cell === undefined ? '-' : String(cell))));
  return made
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

function isNumeric(cell: Cell): boolean {
  return (
    cell === null || cell === undefined || typeof cell === 'number' || (cell !== '' && !Number.isNaN(Number(cell)))
  );
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

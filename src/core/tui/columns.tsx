import { Text } from 'ink';

export interface Column {
  head: string;
  /** In characters; what is longer is cut. */
  width: number;
  right?: boolean;
}

const gap = 2;

/** A table without lines, its head dimmed. */
export function Columns({ columns, rows }: { columns: readonly Column[]; rows: readonly (readonly string[])[] }) {
  const heads = columns.map(({ head }) => head);
  return (
    <>
      <Text dimColor>{lineOf(columns, heads)}</Text>
      {rows.map((row) => (
        <Text key={row[0]}>{lineOf(columns, row)}</Text>
      ))}
    </>
  );
}

/** The last column gets what the others leave, and is left out with those before it where there is no room. */
export function fitted(columns: readonly Column[], width: number): Column[] {
  let left = width;
  return columns.flatMap((column) => {
    const given = Math.min(column.width, left);
    left -= given + gap;
    return given > 3 || given === column.width ? [{ ...column, width: given }] : [];
  });
}

export function lineOf(columns: readonly Column[], cells: readonly string[]): string {
  return columns
    .map(({ width, right }, index) => {
      const text = cut(cells[index] ?? '', width);
      return right ? text.padStart(width) : text.padEnd(width);
    })
    .join(' '.repeat(gap))
    .trimEnd();
}

function cut(text: string, width: number): string {
  return text.length > width ? `${text.slice(0, width - 1)}…` : text;
}

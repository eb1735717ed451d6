import { Text } from 'ink';

export interface Column {
  head: string;
  /** In characters; what is longer is cut. */
  width: number;
  right?: boolean;
}

/** A table without lines, its head dimmed. */
export function Columns({ columns, rows }: { columns: readonly Column[]; rows: readonly (readonly string[])[] }) {
  return (
    <>
      <Text dimColor>
        {lineOf(
          columns,
          columns.map(({ head }) => head),
        )}
      </Text>
      {rows.map((row) => (
        <Text key={row[0]}>{lineOf(columns, row)}</Text>
      ))}
    </>
  );
}

function lineOf(columns: readonly Column[], cells: readonly string[]): string {
  return columns
    .map(({ width, right }, index) => {
      const text = (cells[index] ?? '').slice(0, width);
      return right ? text.padStart(width) : text.padEnd(width);
    })
    .join('  ')
    .trimEnd();
}

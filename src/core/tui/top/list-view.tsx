import { Box, Text } from 'ink';
import { fitted, lineOf } from '../columns.js';
import { filtered, type Listed, type ListedRow, scrolled } from './listed.js';

export interface ListViewProps {
  listed: Listed;
  filter: string;
  selected: number;
  /** Of the room that there is, in characters. */
  width: number;
  height: number;
}

/** A list with its selected row marked; scrolls so that it is seen. */
export function ListView({ listed, filter, selected, width, height }: ListViewProps) {
  const rows = filtered(listed, filter);
  const columns = fitted(listed.columns, width - 2);
  const notes = listed.notes.slice(0, 4);
  const room = Math.max(1, height - notes.length - 1);
  const from = scrolled(Math.min(selected, rows.length - 1), rows.length, room);
  return (
    <Box flexDirection="column">
      {notes.map((note) => (
        <Text key={note} wrap="truncate-end">
          {note}
        </Text>
      ))}
      <Text dimColor>{`  ${lineOf(
        columns,
        columns.map(({ head }) => head),
      )}`}</Text>
      {rows.length === 0 && <Text>{filter === '' ? listed.none : `Nothing has "${filter}" in it.`}</Text>}
      {rows.slice(from, from + room).map(({ id, cells, bad }, index) => {
        const marked = from + index === Math.min(selected, rows.length - 1);
        return (
          <Text key={id} inverse={marked} color={bad ? 'red' : undefined} wrap="truncate-end">
            {`${marked ? '›' : ' '} ${lineOf(columns, cells)}`}
          </Text>
        );
      })}
    </Box>
  );
}

/** All that is known of one row, from a line on. */
export function DetailView({ row, above, height }: { row: ListedRow; above: number; height: number }) {
  const from = Math.max(0, Math.min(above, row.detail.length - height));
  const widest = Math.max(...row.detail.map(([name]) => name.length));
  return (
    <Box flexDirection="column">
      {row.detail.slice(from, from + height).map(([name, value]) => (
        <Text key={name} wrap="truncate-end">
          <Text dimColor>{`  ${name.padEnd(widest)}  `}</Text>
          {value}
        </Text>
      ))}
    </Box>
  );
}

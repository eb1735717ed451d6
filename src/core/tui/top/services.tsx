import { Box, Text } from 'ink';
import type { Snapshot } from '../../observe/snapshot.js';
import { Columns } from '../columns.js';

type Service = Snapshot['services'][number];

const columns = [
  { head: 'service', width: 12 },
  { head: 'state', width: 10 },
  { head: 'address', width: 30 },
  { head: 'version', width: 12 },
  { head: 'pid', width: 8, right: true },
];

/** Each service of the stack, and below what is wrong with one. */
export function Services({ services }: { services: readonly Service[] }) {
  const rows = services.map(({ name, state, address, version, pid }) => [
    name,
    state,
    address ?? '-',
    version ?? '-',
    String(pid ?? '-'),
  ]);
  return (
    <Box flexDirection="column">
      <Columns columns={columns} rows={rows} />
      {services.map(({ name, detail }) =>
        detail === null ? null : (
          <Text key={name} color="red" wrap="truncate-end">
            {name}: {detail}
          </Text>
        ),
      )}
    </Box>
  );
}

/** One line of marks and names. The mark says it where colours do not. */
export function ServiceMarks({ services }: { services: readonly Service[] }) {
  return (
    <Text>
      {services.map(({ name, state }, index) => (
        <Text key={name}>
          {index === 0 ? '' : '   '}
          <Text color={state === 'ready' ? 'green' : 'red'}>{state === 'ready' ? '✓' : '✗'}</Text> {name}
          {state === 'ready' ? '' : ` ${state}`}
        </Text>
      ))}
    </Text>
  );
}

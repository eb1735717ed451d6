import { Text } from 'ink';
import type { Snapshot } from '../../observe/snapshot.js';

/** One line of marks and names. The mark says it where colours do not. */
export function ServiceMarks({ services }: { services: Snapshot['services'] }) {
  return (
    <Text wrap="truncate-end">
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

import { Box, Text } from 'ink';
import type { Snapshot } from '../../observe/snapshot.js';
import { Overview } from './overview.js';
import { Partitions } from './partitions.js';
import { Processes } from './processes.js';
import { Services } from './services.js';

/** In the order of Tab and of the number keys. */
export const panes = ['overview', 'partitions', 'services'] as const;
export type Pane = (typeof panes)[number];

export interface TopViewProps {
  /** Undefined before the first look. */
  snapshot: Snapshot | undefined;
  pane: Pane;
  help: boolean;
  /** Of the terminal. */
  rows: number;
}

/** All of `pipe top`: never higher than the terminal, so that nothing scrolls. */
export function TopView({ snapshot, pane, help, rows }: TopViewProps) {
  return (
    <Box flexDirection="column" height={rows - 1} overflow="hidden">
      <Box justifyContent="space-between" flexShrink={0}>
        <Text>
          <Text bold>pipe top</Text>
          {'  '}
          {panes.map((each, index) => (
            <Text key={each} inverse={each === pane}>
              {` ${index + 1} ${each} `}
            </Text>
          ))}
        </Text>
        <Text dimColor>{snapshot ? `${new Date(snapshot.at).toISOString().slice(11, 19)} UTC  ` : ''}? help</Text>
      </Box>
      <Box flexDirection="column" marginTop={1} flexShrink={0}>
        {help ? <Help /> : snapshot ? <Content snapshot={snapshot} pane={pane} /> : <Text dimColor>looking …</Text>}
      </Box>
    </Box>
  );
}

function Content({ snapshot, pane }: { snapshot: Snapshot; pane: Pane }) {
  switch (pane) {
    case 'overview':
      return <Overview snapshot={snapshot} />;
    case 'partitions':
      return <Partitions pipelines={snapshot.pipelines} />;
    case 'services':
      return (
        <Box flexDirection="column" gap={1}>
          <Services services={snapshot.services} />
          <Processes processes={snapshot.processes} />
        </Box>
      );
  }
}

const keys = [
  ['Tab, 1 to 3', 'another pane'],
  ['?', 'this help, and back'],
  ['q, Ctrl-C', 'leave; what runs goes on'],
] as const;

function Help() {
  return (
    <Box flexDirection="column">
      {keys.map(([key, does]) => (
        <Text key={key}>
          {key.padEnd(14)}
          {does}
        </Text>
      ))}
      <Text> </Text>
      <Text>Rates are of the last ten seconds. Lag: in the topic, and in no block yet.</Text>
      <Text>Watermark: how far complete event time lies behind the clock.</Text>
      <Text>e2e: from the intended send time to the stored row, of the last seconds.</Text>
    </Box>
  );
}

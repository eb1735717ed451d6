import { Box, Text } from 'ink';
import type { PipelineLook } from '../../observe/snapshot.js';
import { Columns } from '../columns.js';
import { change, count } from './figures.js';

const columns = [
  { head: 'partition', width: 9, right: true },
  { head: 'lag', width: 14, right: true },
  { head: 'change/s', width: 12, right: true },
  { head: 'share of lag', width: 13, right: true },
];

/** The lag of each partition of each pipeline: a share far from the others' tells of skew. */
export function Partitions({ pipelines }: { pipelines: readonly PipelineLook[] }) {
  return (
    <Box flexDirection="column" gap={1}>
      {pipelines.map(({ pipeline, engine }) => (
        <Box key={pipeline} flexDirection="column">
          <Text bold>{pipeline}</Text>
          {engine && engine.partitions.length > 0 ? (
            <Columns
              columns={columns}
              rows={engine.partitions.map(({ partition, lag, lag_change_per_s }) => [
                String(partition),
                count(lag),
                change(lag_change_per_s),
                engine.lag ? `${Math.round((100 * lag) / engine.lag)} %` : '-',
              ])}
            />
          ) : (
            <Text dimColor>{engine ? 'the broker does not answer' : 'no engine answers'}</Text>
          )}
        </Box>
      ))}
    </Box>
  );
}

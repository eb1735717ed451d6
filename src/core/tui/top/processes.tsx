import { Box } from 'ink';
import type { ProcessLook } from '../../observe/snapshot.js';
import { formatBytes } from '../../runtime/units.js';
import { Columns } from '../columns.js';

const columns = [
  { head: 'process', width: 20 },
  { head: 'state', width: 8 },
  { head: 'metrics at', width: 16 },
  { head: 'cores', width: 6, right: true },
  { head: 'memory', width: 10, right: true },
  { head: 'pid', width: 8, right: true },
];

/** What serves metrics. One that is gone was killed, and has no successor yet. */
export function Processes({ processes }: { processes: readonly ProcessLook[] }) {
  const rows = processes.map(({ job, pipeline, state, address, cpu_cores, rss_bytes, pid }) => [
    `${job} ${pipeline}`,
    state,
    address,
    cpu_cores === null ? '-' : cpu_cores.toFixed(2),
    rss_bytes === null ? '-' : formatBytes(rss_bytes),
    String(pid),
  ]);
  return (
    <Box flexDirection="column">
      <Columns columns={columns} rows={rows} />
    </Box>
  );
}

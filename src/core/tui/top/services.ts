import type { ProcessLook, Snapshot } from '../../observe/snapshot.js';
import { formatBytes } from '../../runtime/units.js';
import type { Listed, ListedRow } from './listed.js';

const columns = [
  { head: 'what', width: 20 },
  { head: 'state', width: 8 },
  { head: 'address', width: 16 },
  { head: 'pid', width: 7, right: true },
  { head: 'version, or use', width: 30 },
];

/** Each service of the stack, then what serves metrics. A process that is gone was killed, and has no successor yet. */
export function serviceList({ services, processes }: Snapshot): Listed {
  return {
    columns,
    notes: services.flatMap(({ name, detail }) => (detail === null ? [] : [`${name}: ${detail}`])),
    none: 'No service is known.',
    rows: [...services.map(serviceRow), ...processes.map(processRow)],
  };
}

function serviceRow({ name, state, address, version, pid, detail }: Snapshot['services'][number]): ListedRow {
  const row = { service: name, state, address: address ?? '-', pid: String(pid ?? '-'), version: version ?? '-' };
  return {
    id: name,
    bad: state !== 'ready',
    cells: Object.values(row),
    detail: [...Object.entries(row), ...(detail === null ? [] : ([['because', detail]] as const))],
  };
}

function processRow({ job, pipeline, pid, address, state, cpu_cores, rss_bytes }: ProcessLook): ListedRow {
  const cores = cpu_cores === null ? '-' : cpu_cores.toFixed(2);
  const memory = rss_bytes === null ? '-' : formatBytes(rss_bytes);
  return {
    id: `${job} ${pipeline} ${pid}`,
    bad: state !== 'running',
    cells: [`${job} ${pipeline}`, state, address, String(pid), `${cores} cores, ${memory}`],
    detail: Object.entries({ job, pipeline, state, 'metrics at': address, pid: String(pid), cores, memory }),
  };
}

import type { PipelineLook } from '../../observe/snapshot.js';
import { change, count } from './figures.js';
import type { Listed } from './listed.js';

const columns = [
  { head: 'pipeline', width: 20 },
  { head: 'partition', width: 9, right: true },
  { head: 'lag', width: 14, right: true },
  { head: 'change/s', width: 12, right: true },
  { head: 'share of lag', width: 13, right: true },
];

/** The lag of each partition of each pipeline: a share far from the others' tells of skew. */
export function partitionList(pipelines: readonly PipelineLook[]): Listed {
  return {
    columns,
    notes: pipelines.flatMap(({ pipeline, engine }) => {
      if (!engine) return [`${pipeline}: no engine answers`];
      return engine.partitions.length === 0 ? [`${pipeline}: the broker does not answer`] : [];
    }),
    none: 'No partition is read.',
    rows: pipelines.flatMap(({ pipeline, engine }) =>
      (engine?.partitions ?? []).map(({ partition, lag, lag_change_per_s }) => {
        const share = engine!.lag ? `${Math.round((100 * lag) / engine!.lag)} %` : '-';
        return {
          id: `${pipeline} ${partition}`,
          cells: [pipeline, String(partition), count(lag), change(lag_change_per_s), share],
          detail: [
            ['pipeline', pipeline],
            ['partition', String(partition)],
            ['lag', `${count(lag)} records`],
            ['change', `${change(lag_change_per_s)} records a second`],
            ['share', `${share} of the pipeline's lag`],
          ] as const,
        };
      }),
    ),
  };
}

import type { Plan, PlanWindow } from '../pipeline/plan.js';
import { usageError } from '../runtime/errors.js';
import { aggregateType, codecOf, fieldType, timeType } from './types.js';

export interface StoredColumn {
  name: string;
  /** As system.columns spells it. */
  type: string;
  codec?: string;
  comment?: string;
}

/** Columns of the raw table, in the order in which the encoder writes them: the plan's fields, then where the row came from. */
export function rawColumns(plan: Plan): StoredColumn[] {
  const fields = plan.fields.map((field, index) => {
    const type = fieldType(field, repeats(plan, index));
    return { name: field.name, type, codec: codecOf(type), comment: field.description };
  });
  return [
    ...fields,
    { name: '_partition', type: 'UInt16', codec: 'ZSTD(1)', comment: 'Kafka partition' },
    { name: '_offset', type: 'UInt64', codec: 'Delta(8), ZSTD(1)', comment: 'Kafka offset' },
    { name: '_record_time', type: timeType, codec: codecOf(timeType), comment: 'timestamp of the Kafka record' },
  ];
}

/** Only sessions can cease to be: when another one swallows them or an earlier event moves their start. */
export const deletedColumn = '_deleted';

/** Columns of a window's table, in the order in which the encoder writes them. Throws a usage error when two have one name. */
export function windowColumns(plan: Plan, window: PlanWindow): StoredColumn[] {
  const columns: StoredColumn[] = [
    {
      name: 'window_size',
      type: 'Int64',
      codec: 'ZSTD(1)',
      comment: window.kind === 'session' ? '0: each session has its own' : 'milliseconds',
    },
    { name: 'window_start', type: timeType, codec: codecOf(timeType), comment: 'inclusive' },
    { name: 'window_end', type: timeType, codec: codecOf(timeType), comment: 'exclusive' },
    ...window.by.map((index) => {
      const field = plan.fields[index]!;
      const type = fieldType(field, repeats(plan, index));
      return { name: field.name, type, codec: codecOf(type), comment: field.description };
    }),
    ...window.aggregates.map((aggregate) => {
      const type = aggregateType(aggregate);
      return { name: aggregate.name, type, codec: codecOf(type) };
    }),
    { name: '_version', type: 'UInt64', codec: 'Delta(8), ZSTD(1)', comment: 'the highest is the newest revision' },
    { name: '_provisional', type: 'Bool', comment: 'emitted at the end of input, before the watermark passed' },
    { name: '_emitted_at', type: timeType, codec: codecOf(timeType) },
    ...(window.kind === 'session'
      ? [{ name: deletedColumn, type: 'UInt8', codec: 'ZSTD(1)', comment: '1: there is no such session any more' }]
      : []),
  ];
  const names = columns.map((column) => column.name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice)
    throw usageError(
      `${plan.source}: windows.${window.name}: two columns of the result table are named "${twice}"`,
      'Rename the aggregate; window_size, window_start and window_end are taken.',
    );
  return columns;
}

/** Columns of the alerts' table, in the order in which the encoder writes them. The same for every pipeline: keys and evidence are JSON. */
export const alertColumns: readonly StoredColumn[] = [
  { name: 'id', type: 'String', codec: 'ZSTD(1)', comment: 'the same whenever it is raised again' },
  { name: 'detector', type: 'LowCardinality(String)' },
  { name: 'kind', type: 'LowCardinality(String)' },
  { name: 'severity', type: 'LowCardinality(String)' },
  { name: 'keys', type: 'String', codec: 'ZSTD(1)', comment: 'JSON: what the detector goes by' },
  { name: 'time', type: timeType, codec: codecOf(timeType), comment: 'event time, or end of the window' },
  { name: 'partition', type: 'UInt16', codec: 'ZSTD(1)', comment: 'Kafka partition of the event; 0 for windows' },
  { name: 'offset', type: 'Int64', codec: 'ZSTD(1)', comment: 'Kafka offset of the event; -1 for windows' },
  { name: 'evidence', type: 'String', codec: 'ZSTD(1)', comment: 'JSON: why it was raised' },
  { name: 'raised_at', type: timeType, codec: codecOf(timeType), comment: 'when the engine stored it' },
];

/** Whether a string has few enough values for a dictionary. Sessions are grouped by the Kafka key, which has many. */
function repeats(plan: Plan, column: number): boolean {
  const { values, origin } = plan.fields[column]!;
  const grouped = plan.windows.some(({ kind, by }) => kind === 'sliced' && by.includes(column));
  return values !== undefined || origin === 'enriched' || grouped;
}

import type { DetectorKindName, SettingsOf } from './detect/registry.js';
import type { Severity } from './detect/schema.js';
import type { Expression } from './expression/expression.js';
import type { ScopeField } from './expression/scope.js';
import type { FieldType, GenerateHints, PipelineFile } from './schema.js';

/** What a pipeline file comes to after all checks: names are resolved to columns, durations are milliseconds, expressions are typed. */
export interface Plan {
  name: string;
  description: string;
  /** The pipeline file's path, or the domain's name. */
  source: string;
  topics: { events: string; late: string; deadLetters: string; alerts: string };
  partitions: number;
  /** Of the events topic. */
  retentionMs: number;
  maxBytes: number;
  /** The event's own fields first, in the file's order, then the enriched ones; a column is an index into this list. */
  fields: readonly PlanField[];
  /** How many of `fields` come from the event. */
  eventFields: number;
  /** Columns of the event id, the event time and the Kafka key. */
  id: number;
  time: number;
  key: number;
  outOfOrderness: number;
  allowedLateness: number;
  maxFutureSkew: number;
  idleTimeout: number;
  /** Deduplication horizon. */
  horizon: number;
  enrich: readonly PlanEnrichment[];
  windows: readonly PlanWindow[];
  detect: readonly PlanDetector[];
  store: PipelineFile['store'];
  queries: PipelineFile['queries'];
  metadata: PipelineFile['metadata'];
}

export interface PlanField {
  name: string;
  type: FieldType;
  optional: boolean;
  /** Digits after the point; 0 unless a decimal. */
  scale: number;
  values?: readonly string[];
  min?: number;
  max?: number;
  description?: string;
  /**
   * Strings that are grouped by, compared, joined or counted, have a list of values or come from a look-up are interned to dense ids; others stay
   * byte ranges. False for all that are not strings.
   */
  interned: boolean;
  origin: 'event' | 'enriched';
  generate?: GenerateHints;
}

export interface PlanEnrichment {
  table: string;
  /** Column that is looked up: of the event, or taken by an earlier enrichment. */
  on: number;
  keyColumn: string;
  take: readonly { column: number; from: string }[];
}

interface AnyWindow {
  name: string;
  description?: string;
  where?: Expression;
  /** Columns grouped by: interned strings, ints, bools. */
  by: readonly number[];
  aggregates: readonly PlanAggregate[];
}

/** Windows whose starts and ends are known without an event: tumbling and hopping ones. */
export interface SlicedWindow extends AnyWindow {
  kind: 'sliced';
  /** Tumbling is hopping with advance = size. Milliseconds; ordered by size, then advance. */
  spans: readonly { size: number; advance: number }[];
  /** Greatest common divisor of all sizes and advances: the slice that all spans share. */
  slice: number;
}

/** Events of one group of which each is less than `gap` after the one before, cut at the multiples of maxDuration since the epoch. */
export interface SessionWindow extends AnyWindow {
  kind: 'session';
  /** Milliseconds, as is maxDuration; the Kafka key is among `by`. */
  gap: number;
  maxDuration: number;
}

export type PlanWindow = SlicedWindow | SessionWindow;

/** The windows of a plan that are not sessions. */
export function slicedWindows({ windows }: Pick<Plan, 'windows'>): SlicedWindow[] {
  return windows.filter((window) => window.kind === 'sliced');
}

export const aggregateFunctions = [
  'count',
  'sum',
  'min',
  'max',
  'avg',
  'count_distinct',
  'approx_count_distinct',
  'quantile',
  'first',
  'last',
] as const;
export type AggregateFunction = (typeof aggregateFunctions)[number];

export interface PlanAggregate {
  name: string;
  function: AggregateFunction;
  /** Absent for count(). One whose type is string is always a plain field. */
  argument?: Expression;
  /** 0..1, quantile only. */
  quantile?: number;
  where?: Expression;
  /** Type of the result; sums of decimals keep their scale and are exact. Nullable where no event may contribute: all but the counts. */
  type: FieldType;
  scale: number;
}

/** What a detector looks at. `fields` are what the columns of its expressions and of `by` point into. */
export type DetectorInput =
  | { kind: 'events'; fields: readonly ScopeField[]; by: readonly number[] }
  /** Rows of one size of a window: its keys, its aggregates, window_start and window_end. */
  | {
      kind: 'window';
      window: string;
      size: number;
      advance: number;
      fields: readonly ScopeField[];
      by: readonly number[];
    };

interface AnyDetector {
  name: string;
  description?: string;
  input: DetectorInput;
  where?: Expression;
  /** The kind's expressions, in the order in which it sees their values; named by their place in the settings. */
  inputs: readonly { name: string; expression: Expression }[];
  severity: Severity;
  /** Milliseconds, as is `forget`. */
  cooldown: number;
  forget: number;
  finds: readonly string[];
}

/** A detector with the settings of its kind. */
export type PlanDetector = {
  [Kind in DetectorKindName]: AnyDetector & { kind: Kind; settings: SettingsOf<Kind> };
}[DetectorKindName];

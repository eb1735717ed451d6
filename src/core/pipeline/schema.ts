import { z } from 'zod';
import { detectorSchema } from './detect/schema.js';
import { bytes, duration, identifier } from './values.js';

export const fieldTypes = ['string', 'int', 'float', 'decimal', 'bool', 'timestamp'] as const;
export type FieldType = (typeof fieldTypes)[number];

const share = 'expected a share from 0 to 1';

/** For `generate` with a file of one's own: how to make the values of a field. */
const generateHints = z.strictObject({
  /** A column of a metadata table, as table.column: the row is drawn once per event and table. */
  from: z
    .string()
    .regex(/^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$/, 'expected table.column')
    .optional(),
  /** So many different values: <field>_0 … for strings, 0 … for numbers. */
  cardinality: z.int().positive().optional(),
  distribution: z.enum(['uniform', 'normal', 'exponential']).optional(),
  mean: z.number().optional(),
  deviation: z.number().positive().optional(),
  /** Share of events that lack an optional field. */
  absent: z.number().min(0, share).max(1, share).optional(),
});

export type GenerateHints = z.output<typeof generateHints>;

/** Digits after the point. Nine leave six before it within what a double holds exactly. */
const scaleDigits = z.int().min(0, 'expected 0 to 9 digits').max(9, 'expected 0 to 9 digits');

/** One field of the event as JSON carries it: timestamps are epoch milliseconds, decimals are numbers with at most `scale` digits. */
const field = z.strictObject({
  type: z.enum(fieldTypes),
  description: z.string().optional(),
  optional: z.boolean().default(false),
  /** Digits after the point; decimals only. */
  scale: scaleDigits.optional(),
  /** The only values allowed; strings only. */
  values: z.array(z.string().min(1)).min(1).optional(),
  min: z.number().optional(),
  max: z.number().optional(),
  generate: generateHints.optional(),
});

const fieldOrType = z.union([z.enum(fieldTypes).transform((type) => ({ type, optional: false })), field]);

const enrichment = z.strictObject({
  /** A table of the metadata database. */
  table: identifier,
  /** Event field, and the table's key column that it equals. */
  on: z.strictObject({ field: identifier, column: identifier }),
  /** New field: column and type. Enriched fields are null where the row is missing. */
  take: z.record(
    identifier,
    z.union([
      identifier.transform((column) => ({ column, type: 'string' as const })),
      z.strictObject({
        column: identifier,
        type: z.enum(fieldTypes).default('string'),
        scale: scaleDigits.optional(),
      }),
    ]),
  ),
});

/** `sum(price * quantity)`, or with a filter of its own. */
const aggregate = z.union([
  z.string().transform((value) => ({ value })),
  z.strictObject({ value: z.string(), where: z.string().optional() }),
]);

const hopping = z.strictObject({ size: duration, advance: duration });

/** Events of one group that lie less than `gap` apart. */
const session = z.union([
  duration.transform((gap) => ({ gap, max_duration: undefined })),
  z.strictObject({
    gap: duration,
    /** Sessions are cut at its multiples since the epoch: 1d cuts at midnight UTC. */
    max_duration: duration.optional(),
  }),
]);

const window = z
  .strictObject({
    description: z.string().optional(),
    /** Sizes of tumbling windows; several share their slices. */
    tumbling: z.array(duration).min(1).optional(),
    hopping: z.array(hopping).min(1).optional(),
    session: session.optional(),
    /** Only events for which this holds; null counts as no. */
    where: z.string().optional(),
    by: z.array(identifier).default([]),
    aggregates: z.record(identifier, aggregate),
  })
  .refine(
    (value) => value.tumbling || value.hopping || value.session,
    'expected tumbling: [sizes], hopping: [{size, advance}] or session: gap',
  )
  .refine(
    (value) => !value.session || !(value.tumbling || value.hopping),
    'expected sessions or sizes, got both; make two windows of them',
  );

const column = z.union([
  z.enum(['text', 'int', 'float', 'bool', 'timestamp']).transform((type) => ({ type })),
  z.strictObject({ type: z.literal('decimal'), scale: scaleDigits }),
]);

/** A metadata table of one's own; shipped pipelines have migrations instead. */
const metadataTable = z.strictObject({
  columns: z.record(identifier, column),
  key: identifier,
  /** CSV file with a header, beside the pipeline file. */
  rows_from: z.string().optional(),
  rows: z.array(z.record(identifier, z.union([z.string(), z.number(), z.boolean(), z.null()]))).optional(),
});

const query = z.strictObject({
  description: z.string(),
  /** ClickHouse SQL; parameters as {name:Type}. Tables as DDL names them. */
  sql: z.string(),
  params: z.record(identifier, z.union([z.string(), z.number()])).default({}),
});

/** The pipeline file, as written. `resolvePlan` checks what one field alone cannot say. */
export const pipelineSchema = z.strictObject({
  pipeline: identifier,
  version: z.literal(1),
  description: z.string().default(''),
  topic: z.strictObject({
    /** Default: <pipeline>.events */
    name: z
      .string()
      .regex(/^[a-zA-Z0-9._-]{1,200}$/, 'expected letters, digits, . _ and -, at most 200')
      .optional(),
    partitions: z.int().min(1).max(1024).default(4),
    key: identifier,
    retention: duration.default(7 * 86_400_000),
    /** Per partition. */
    max_bytes: bytes.default(2 ** 31),
  }),
  event: z.strictObject({
    id: identifier,
    time: identifier,
    fields: z.record(identifier, fieldOrType),
  }),
  time: z
    .strictObject({
      out_of_orderness: duration.default(5_000),
      allowed_lateness: duration.default(60_000),
      max_future_skew: duration.default(300_000),
      idle_timeout: duration.default(30_000),
    })
    .prefault({}),
  deduplicate: z.strictObject({ horizon: duration.default(600_000) }).prefault({}),
  metadata: z.strictObject({ tables: z.record(identifier, metadataTable) }).optional(),
  enrich: z.array(enrichment).default([]),
  windows: z.record(identifier, window),
  detect: z.record(identifier, detectorSchema).default({}),
  store: z
    .strictObject({
      raw: z.strictObject({ ttl: duration.optional(), order_by: z.array(identifier).optional() }).prefault({}),
      windows: z.strictObject({ ttl: duration.optional() }).prefault({}),
      /** As the windows', when left out. */
      alerts: z.strictObject({ ttl: duration.optional() }).prefault({}),
    })
    .prefault({}),
  queries: z.record(identifier, query).default({}),
});

export type PipelineFile = z.output<typeof pipelineSchema>;

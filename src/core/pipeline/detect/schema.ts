import { z } from 'zod';
import { duration, identifier } from '../values.js';
import { type DetectorKindName, detectorKindNames, kindForms } from './registry.js';

export const severities = ['info', 'warning', 'critical'] as const;
export type Severity = (typeof severities)[number];

const common = {
  description: z.string().optional(),
  /** Events: what has a state of its own; the Kafka key is among it, and is the default. */
  by: z.array(identifier).min(1).optional(),
  /** Rows of this window instead of events, each once it can change no more. */
  window: identifier.optional(),
  /** Of the window's sizes this one; the only one need not be said. */
  size: duration.optional(),
  where: z.string().optional(),
  severity: z.enum(severities).default('warning'),
  /** For so long after an alert the same key raises none. */
  cooldown: duration.default(60_000),
  /** A key that was not seen for so long begins anew. */
  forget: duration.default(86_400_000),
  /** Labels of the generator's anomalies that it is for. */
  finds: z.array(identifier).default([]),
};

type Written<Kind extends string, Settings extends z.ZodRawShape> = z.ZodObject<
  typeof common & { kind: z.ZodLiteral<Kind> } & Settings,
  z.core.$strict
>;
type Option = { [Kind in DetectorKindName]: Written<Kind, (typeof kindForms)[Kind]['settings']> }[DetectorKindName];

/** One detector, as written: the keys of every detector, and those of its kind. */
export const detectorSchema = z.discriminatedUnion(
  'kind',
  detectorKindNames.map((kind) =>
    z.strictObject({ ...common, kind: z.literal(kind), ...kindForms[kind].settings }),
  ) as unknown as readonly [Option, ...Option[]],
  `expected one of ${detectorKindNames.join(', ')}`,
);

export type FileDetector = z.output<typeof detectorSchema>;

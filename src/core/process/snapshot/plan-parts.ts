import type { Plan, PlanDetector, PlanWindow } from '../../pipeline/plan.js';
import { murmur3 } from '../hash/murmur3.js';

/**
 * What in a plan shapes the state and must not change, part by part, each with a fingerprint: state can be taken up only where all parts are the same. Descriptions,
 * stores, queries, enrichment and limits of fields are not among them: they touch no state.
 */
export function planParts(plan: Plan): Map<string, string> {
  const field = fieldOf(plan.fields);
  const parts = new Map<string, unknown>([
    ['event.id', field(plan.id)],
    ['event.time', field(plan.time)],
    ['time.out_of_orderness', plan.outOfOrderness],
    ['time.allowed_lateness', plan.allowedLateness],
    ['deduplicate.horizon', plan.horizon],
  ]);
  for (const window of plan.windows) parts.set(`windows.${window.name}`, shape(window, field));
  return fingerprints(parts);
}

export const detectorPrefix = 'detect.';

/** The same for the state of detectors: one that changed begins anew, and so nothing is refused. */
export function detectorParts({ detect }: Plan): Map<string, string> {
  return fingerprints(
    new Map(detect.map((detector) => [`${detectorPrefix}${detector.name}`, detectorShape(detector)])),
  );
}

/** One fingerprint for all parts: 32 hexadecimal digits. */
export function stateFingerprint(plan: Plan): string {
  return fingerprintOf(JSON.stringify([...planParts(plan)]));
}

/** Columns by name and not by place, so that a new field elsewhere changes nothing. */
function shape(window: PlanWindow, field: (column: number) => unknown): unknown {
  const { where, aggregates, by } = window;
  const times =
    window.kind === 'session' ? { gap: window.gap, maxDuration: window.maxDuration } : { spans: window.spans };
  const named = withoutColumns({ ...times, where, aggregates });
  return [named, by.map(field)];
}

function detectorShape({ kind, settings, input, where, inputs, cooldown, forget }: PlanDetector): unknown {
  const { fields, by, ...source } = input;
  const named = withoutColumns({ kind, settings, source, where, inputs, cooldown, forget });
  return [named, by.map(fieldOf(fields))];
}

function fieldOf(fields: Plan['fields'] | PlanDetector['input']['fields']) {
  return (column: number) => {
    const { name, type, scale } = fields[column]!;
    return { name, type, scale };
  };
}

function withoutColumns(value: unknown): string {
  return JSON.stringify(value, (key, inner) => (key === 'column' ? undefined : inner));
}

function fingerprints(parts: ReadonlyMap<string, unknown>): Map<string, string> {
  return new Map([...parts].map(([name, value]) => [name, fingerprintOf(JSON.stringify(value))]));
}

function fingerprintOf(text: string): string {
  const bytes = new TextEncoder().encode(text);
  const words = new Int32Array(4);
  murmur3(bytes, 0, bytes.length, words, 0);
  return Array.from(words, (word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
}

import type { Plan, PlanWindow } from '../../pipeline/plan.js';
import { murmur3 } from '../hash/murmur3.js';

/**
 * What in a plan shapes the state, part by part, each with a fingerprint: state can be taken up only where all parts are the same. Descriptions,
 * stores, queries, enrichment and limits of fields are not among them: they touch no state.
 */
export function planParts(plan: Plan): Map<string, string> {
  const field = (column: number) => {
    const { name, type, scale } = plan.fields[column]!;
    return { name, type, scale };
  };
  const parts = new Map<string, unknown>([
    ['event.id', field(plan.id)],
    ['event.time', field(plan.time)],
    ['time.out_of_orderness', plan.outOfOrderness],
    ['time.allowed_lateness', plan.allowedLateness],
    ['deduplicate.horizon', plan.horizon],
  ]);
  for (const window of plan.windows) parts.set(`windows.${window.name}`, shape(window, field));
  return new Map([...parts].map(([name, value]) => [name, fingerprintOf(JSON.stringify(value))]));
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
  const named = JSON.stringify({ ...times, where, aggregates }, (key, value) => (key === 'column' ? undefined : value));
  return [named, by.map(field)];
}

function fingerprintOf(text: string): string {
  const bytes = new TextEncoder().encode(text);
  const words = new Int32Array(4);
  murmur3(bytes, 0, bytes.length, words, 0);
  return Array.from(words, (word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
}

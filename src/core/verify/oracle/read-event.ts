import { earliestTime, latestTime } from '../../pipeline/limits.js';
import type { Plan, PlanField } from '../../pipeline/plan.js';
import type { Value, Values } from './values.js';

/**
 * The event in a record's value, or undefined when it is none by the rules of the pipeline file (docs/pipeline-file.md, event). Enriched columns are null.
 */
export function eventReader(plan: Plan): (value: Uint8Array | null) => Values | undefined {
  const own = plan.fields.slice(0, plan.eventFields);
  const readers = own.map(fieldReader);
  const enriched: Values = plan.fields.slice(plan.eventFields).map(() => null);
  const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  return (bytes) => {
    const event = bytes === null ? undefined : objectIn(utf8, bytes);
    if (!event) return undefined;
    const values: Values = [];
    for (const [column, field] of own.entries()) {
      const given = Object.hasOwn(event, field.name) ? event[field.name] : undefined;
      const value = given === undefined || given === null ? null : readers[column]!(given);
      if (value === undefined || (value === null && !field.optional)) return undefined;
      values.push(value);
    }
    return values.concat(enriched);
  };
}

function objectIn(utf8: InstanceType<typeof TextDecoder>, bytes: Uint8Array): Record<string, unknown> | undefined {
  try {
    const parsed: unknown = JSON.parse(utf8.decode(bytes));
    return typeof parsed === 'object' && !Array.isArray(parsed) ? (parsed as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** The value, or undefined where the rules forbid it. */
function fieldReader(field: PlanField): (given: unknown) => Value | undefined {
  const { type, scale, values, min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = field;
  const within = (number: number) => number >= min && number <= max;
  switch (type) {
    case 'string':
      return (given) =>
        typeof given === 'string' && !halfCharacter.test(given) && (!values || values.includes(given))
          ? given
          : undefined;
    case 'bool':
      return (given) => (typeof given === 'boolean' ? given : undefined);
    case 'int':
      return (given) => (Number.isSafeInteger(given) && within(given as number) ? (given as number) + 0 : undefined);
    case 'timestamp':
      return (given) =>
        Number.isInteger(given) && (given as number) >= earliestTime && (given as number) <= latestTime
          ? (given as number) + 0
          : undefined;
    case 'float':
      return (given) => (Number.isFinite(given) && within(given as number) ? (given as number) + 0 : undefined);
    case 'decimal':
      return (given) => (typeof given === 'number' && within(given) ? scaled(given, scale) : undefined);
  }
}

/** A UTF-16 surrogate without its other half: a JSON escape can say it, no UTF-8 can hold it. */
const halfCharacter = /\p{Surrogate}/u;

/** The decimal's digits without their point; undefined when it has more of them than its scale or than a double holds. */
function scaled(value: number, scale: number): number | undefined {
  if (Math.abs(value) >= 1e16) return undefined;
  const digits = value.toFixed(scale);
  const integer = Number(digits.replace('.', ''));
  return Number(digits) === value && Number.isSafeInteger(integer) ? integer + 0 : undefined;
}

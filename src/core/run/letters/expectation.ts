import type { Plan, PlanField } from '../../pipeline/plan.js';
import { formatDuration } from '../../runtime/units.js';

/** What the pipeline file asks of the field at fault, or of the whole record. */
export interface Expectation {
  /** For people, all of it. */
  text: string;
  type?: PlanField['type'];
  scale?: number;
  required?: boolean;
  min?: number;
  max?: number;
  values?: readonly string[];
  description?: string;
}

/** Undefined when the file has no such field (any more). */
export function expectationOf(
  plan: Plan,
  { reason, field: name }: { reason: string; field: string },
): Expectation | undefined {
  if (name === '') return { text: 'one JSON object in UTF-8' };
  const field = plan.fields.slice(0, plan.eventFields).find((one) => one.name === name);
  if (!field) return undefined;
  const { type, scale, optional, min, max, values, description } = field;
  return {
    text: `${describeField(field)}${reason === 'future' ? futureRule(plan) : ''}`,
    type,
    ...(type === 'decimal' ? { scale } : {}),
    required: !optional,
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
    ...(values ? { values } : {}),
    ...(description ? { description } : {}),
  };
}

/** Type and limits of a field's value, in words. */
export function describeField({ type, scale, optional, min, max, values }: PlanField): string {
  const range =
    min !== undefined && max !== undefined
      ? ` from ${min} to ${max}`
      : min !== undefined
        ? ` from ${min} on`
        : max !== undefined
          ? ` up to ${max}`
          : '';
  const one = values ? ` among ${values.join(', ')}` : '';
  return `${typeText(type, scale)}${range}${one}, ${optional ? 'optional' : 'required'}`;
}

function typeText(type: PlanField['type'], scale: number): string {
  const texts: Record<PlanField['type'], string> = {
    string: 'a string',
    int: 'a whole number within 2^53',
    float: 'a number',
    decimal: `a number with at most ${scale} digits after the point`,
    bool: 'true or false',
    timestamp: 'a time in epoch milliseconds, 1900 to 2299',
  };
  return texts[type];
}

function futureRule({ maxFutureSkew }: Plan): string {
  return `, at most ${formatDuration(maxFutureSkew)} after the record's own timestamp`;
}

import { earliestTime, latestTime } from './limits.js';
import type { Plan, PlanField } from './plan.js';

export type JsonSchema = { [keyword: string]: unknown };

/**
 * JSON Schema (2020-12) of the values on the pipeline's topic of events: what passes it is no dead letter, but for a decimal's digits, which the
 * description tells and no keyword can (multipleOf: 0.01 fails for 19.99 in doubles), and the event time's distance to its record.
 */
export function eventJsonSchema(plan: Plan): JsonSchema {
  const fields = plan.fields.slice(0, plan.eventFields);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: plan.topics.events,
    ...(plan.description ? { description: plan.description } : {}),
    type: 'object',
    required: fields.filter((field) => !field.optional).map((field) => field.name),
    properties: Object.fromEntries(fields.map((field) => [field.name, propertyOf(field)])),
  };
}

function propertyOf(field: PlanField): JsonSchema {
  const { type, ...limits } = shapeOf(field);
  const description = [field.description, unitOf(field)].filter(Boolean).join('; ');
  return {
    ...(description ? { description } : {}),
    type: field.optional ? [type, 'null'] : type,
    ...limits,
    ...(field.values ? { enum: field.optional ? [...field.values, null] : field.values } : {}),
  };
}

function shapeOf({ type, min, max, scale }: PlanField): JsonSchema & { type: string } {
  switch (type) {
    case 'string':
      return { type: 'string' };
    case 'bool':
      return { type: 'boolean' };
    case 'timestamp':
      return { type: 'integer', minimum: earliestTime, maximum: latestTime };
    case 'int':
      return { type: 'integer', ...within(min, max, Number.MAX_SAFE_INTEGER) };
    case 'decimal':
      return { type: 'number', ...within(min, max, Number.MAX_SAFE_INTEGER / 10 ** scale) };
    case 'float':
      return { type: 'number', ...within(min, max) };
  }
}

/** The field's limits, or those of the type. */
function within(min: number | undefined, max: number | undefined, most?: number): JsonSchema {
  const minimum = Math.max(min ?? Number.NEGATIVE_INFINITY, most === undefined ? Number.NEGATIVE_INFINITY : -most);
  const maximum = Math.min(max ?? Number.POSITIVE_INFINITY, most ?? Number.POSITIVE_INFINITY);
  return { ...(Number.isFinite(minimum) ? { minimum } : {}), ...(Number.isFinite(maximum) ? { maximum } : {}) };
}

function unitOf({ type, scale }: PlanField): string | undefined {
  if (type === 'timestamp') return 'epoch milliseconds';
  return type === 'decimal' ? `at most ${scale} digits after the point` : undefined;
}

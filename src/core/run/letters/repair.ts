import type { Plan, PlanField } from '../../pipeline/plan.js';
import { compileCheck } from '../../process/decode/validate.js';
import { usageError } from '../../runtime/errors.js';
import { parseInstant } from '../../runtime/units.js';
import { didYouMean } from '../../runtime/yaml-problems.js';
import { describeField } from './expectation.js';

/** A field's new value; undefined takes the field away. */
export interface Setting {
  field: string;
  value: string | number | boolean | undefined;
}

/**
 * The values of --set, typed by the plan. Throws usage errors: no such field, a value that would be a dead letter again, a field twice, an
 * optional field's empty value being none.
 */
export function parseSettings(plan: Plan, texts: readonly string[]): Setting[] {
  const settings = texts.map((text) => parseSetting(plan, text));
  const twice = settings.find(({ field }, index) => settings.findIndex((one) => one.field === field) !== index);
  if (twice) throw usageError(`--set ${twice.field}: expected once, got twice`);
  return settings;
}

/** The event with the settings in it; fields keep their order, new ones come last. */
export function repaired(
  event: Readonly<Record<string, unknown>>,
  settings: readonly Setting[],
): Record<string, unknown> {
  const made = { ...event };
  for (const { field, value } of settings) {
    if (value === undefined) delete made[field];
    else made[field] = value;
  }
  return made;
}

function parseSetting(plan: Plan, text: string): Setting {
  const at = text.indexOf('=');
  if (at < 1) throw usageError(`--set: expected FIELD=VALUE, got "${text}"`, 'Such as --set price=19.99');
  const name = text.slice(0, at);
  const fields = plan.fields.slice(0, plan.eventFields);
  const field = fields.find((one) => one.name === name);
  if (!field) {
    const near = didYouMean(
      name,
      fields.map((one) => one.name),
    );
    throw usageError(
      `--set ${name}: expected a field of the event: ${fields.map((one) => one.name).join(', ')}${near ? `; did you mean "${near}"?` : ''}`,
    );
  }
  const value = readValue(field, text.slice(at + 1));
  const valid = value === undefined ? field.optional : compileCheck(field)(value) === 0;
  if (!valid) throw usageError(`--set ${name}: expected ${describeField(field)}, got "${text.slice(at + 1)}"`);
  return { field: name, value };
}

/** As an ingested CSV's cell is read: an empty one is an absent value. What cannot be read stays text, for the check to refuse. */
function readValue({ type }: PlanField, text: string): Setting['value'] {
  if (text === '') return undefined;
  switch (type) {
    case 'string':
      return text;
    case 'bool':
      return text === 'true' ? true : text === 'false' ? false : text;
    case 'timestamp':
      try {
        return parseInstant(text);
      } catch {
        return text;
      }
    default:
      return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : text;
  }
}

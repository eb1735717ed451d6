import type { EventValues } from '../../generate/generator.js';
import type { Plan } from '../../pipeline/plan.js';
import { usageError } from '../../runtime/errors.js';

/** Columns of the event fields that a shipped generator fills, by name. Throws a usage error for a plan that lacks one. */
export function columnsOf<Name extends string>(plan: Plan, names: readonly Name[]): Record<Name, number> {
  const columns = {} as Record<Name, number>;
  for (const name of names) {
    const column = plan.fields.findIndex((field) => field.name === name && field.origin === 'event');
    if (column < 0)
      throw usageError(
        `${plan.source}: expected the event field "${name}", which the generator of this domain fills`,
        'A pipeline with fields of its own has a file and a name of its own: pipe init NAME',
        'CONFIG',
      );
    columns[name] = column;
  }
  return columns;
}

/** An event without values, in the plan's width. */
export function blankEvent(plan: Plan): EventValues {
  return new Array<undefined>(plan.eventFields).fill(undefined);
}

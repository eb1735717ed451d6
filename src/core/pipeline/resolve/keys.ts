import type { PlanField } from '../plan.js';
import { type Problems, unknown } from './problems.js';

/** The columns of the fields that something is grouped by. */
export function resolveKeys(
  path: readonly string[],
  names: readonly string[],
  fields: readonly PlanField[],
  problems: Problems,
): number[] {
  return names.map((name, index) => {
    const column = fields.findIndex((field) => field.name === name);
    const field = fields[column];
    const place = [...path, index];
    if (!field)
      problems.add(
        place,
        unknown(
          'field',
          name,
          fields.map((each) => each.name),
        ),
      );
    else if (!['string', 'int', 'bool'].includes(field.type))
      problems.add(place, `expected a string, an int or a bool to group by, got "${name}" of type ${field.type}`);
    if (names.indexOf(name) !== index) problems.add(place, `"${name}" is listed twice`);
    return column;
  });
}

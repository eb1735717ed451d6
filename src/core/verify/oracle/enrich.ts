import type { Plan } from '../../pipeline/plan.js';
import type { Value, Values } from './values.js';

/** Rows of the metadata tables by step of the plan's `enrich`: the key, and the values in the order of `take`. */
export type LookUpRows = readonly (readonly { key: string | number; values: readonly Value[] }[])[];

/** Writes the enriched columns of an event: each step looks one row up, null where there is none. */
export function enricher(plan: Plan, rows: LookUpRows): (event: Values) => void {
  const tables = rows.map((step) => new Map(step.map(({ key, values }) => [key, values])));
  return (event) => {
    for (const [index, { on, take }] of plan.enrich.entries()) {
      const key = event[on];
      const found = tables[index]!.get(typeof key === 'boolean' ? Number(key) : (key as string | number));
      for (const [place, { column }] of take.entries()) event[column] = found?.[place] ?? null;
    }
  };
}

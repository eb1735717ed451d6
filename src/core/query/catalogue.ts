import type { Plan } from '../pipeline/plan.js';
import { usageError } from '../runtime/errors.js';
import { didYouMean } from '../runtime/yaml-problems.js';
import { derivations } from './derived/registry.js';
import type { NamedQuery } from './named-query.js';

/** All named queries of a pipeline: those of its file first; they hide derived ones of the same name. */
export function queriesOf(plan: Plan): NamedQuery[] {
  const own = Object.entries(plan.queries).map(([name, query]) => ({ name, ...query }));
  const names = new Set(own.map((query) => query.name));
  const derived = Object.values(derivations).flatMap((derive) => derive(plan));
  return [...own, ...derived.filter((query) => !names.has(query.name))];
}

/** The query of that name. Throws a usage error that names the nearest and all others. */
export function queryNamed(plan: Plan, name: string): NamedQuery {
  const all = queriesOf(plan);
  const found = all.find((query) => query.name === name);
  if (found) return found;
  const names = all.map((query) => query.name);
  const near = didYouMean(name, names);
  throw usageError(
    `${plan.name} has no query "${name}"${near ? `; did you mean "${near}"?` : ''}`,
    `It has: ${names.join(', ')}.`,
    'UNKNOWN_QUERY',
  );
}

import { usageError } from '../runtime/errors.js';
import { didYouMean } from '../runtime/yaml-problems.js';
import { type NamedQuery, parametersOf } from './named-query.js';

/** Values of `--param name=value`. Throws a usage error where there is no name or one comes twice. */
export function parseParameters(given: readonly string[]): Record<string, string> {
  const values: Record<string, string> = {};
  for (const text of given) {
    const [, name, value] = /^([A-Za-z_]\w*)=([\s\S]*)$/.exec(text) ?? [];
    if (name === undefined || value === undefined) throw usageError(`expected --param name=value, got "${text}"`);
    if (name in values) throw usageError(`--param ${name} was given twice`);
    values[name] = value;
  }
  return values;
}

/** What ClickHouse is to bind: given values over defaults. Throws a usage error on a parameter that is missing or that nothing uses. */
export function bindParameters(
  query: Pick<NamedQuery, 'sql' | 'params'>,
  given: Readonly<Record<string, string>>,
): Record<string, string> {
  const parameters = parametersOf(query);
  const known = parameters.map((parameter) => parameter.name);
  const unknown = Object.keys(given).find((name) => !known.includes(name));
  if (unknown !== undefined) throw unknownParameter(unknown, known);
  const bound: Record<string, string> = {};
  for (const { name, type, default: fallback } of parameters) {
    const value = given[name] ?? fallback;
    if (value === null)
      throw usageError(
        `the statement's parameter {${name}:${type}} has no value`,
        `Give it: --param ${name}=VALUE. Its parameters: ${known.join(', ')}.`,
        'MISSING_PARAMETER',
      );
    bound[name] = String(value);
  }
  return bound;
}

function unknownParameter(name: string, known: readonly string[]): Error {
  const near = didYouMean(name, known);
  return usageError(
    `the statement has no parameter "${name}"${near ? `; did you mean "${near}"?` : ''}`,
    known.length > 0 ? `It has: ${known.join(', ')}.` : 'It has none; a parameter is written as {name:Type}.',
    'UNKNOWN_PARAMETER',
  );
}

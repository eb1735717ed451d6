import { usageError } from '../runtime/errors.js';

/** A table or column name, quoted. Only plain words pass; anything else in a name is a usage error, never SQL. */
export function quoteIdentifier(name: string): string {
  if (!/^[A-Za-z_][A-Za-z0-9_]{0,126}$/.test(name))
    throw usageError(`expected a name of letters, digits and _, got ${JSON.stringify(name)}`);
  return `\`${name}\``;
}

/** A comma-separated list of quoted names. */
export function quoteIdentifiers(names: readonly string[]): string {
  return names.map(quoteIdentifier).join(', ');
}

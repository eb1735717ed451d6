import { types } from 'pg';
import type { PlanField } from '../pipeline/plan.js';
import type { MetadataValue } from '../process/enrich.js';
import { instantOf } from './own-cells.js';

/**
 * A cell as the engine's columns hold it, from the text that PostgreSQL's output function makes of it: no decimal passes through a double. Throws a
 * RangeError that says what was expected.
 */
export function enrichmentValue(text: string | null, typeOid: number, { type, scale }: PlanField): MetadataValue {
  if (text === null) return null;
  const value = readers[type](unpadded(text, typeOid), scale);
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new RangeError(`expected ${type}${type === 'decimal' ? ` of scale ${scale}` : ''}, got "${text}"`);
  return value;
}

/** As enrichmentValue, for the column that is joined on. */
export function enrichmentKey(text: string | null, typeOid: number, field: PlanField): string | number | null {
  const key = enrichmentValue(text, typeOid, field);
  return typeof key === 'boolean' ? Number(key) : key;
}

const { BOOL, BPCHAR } = types.builtins;

/** char(n) comes filled with blanks that mean nothing, a boolean as t or f. */
function unpadded(text: string, typeOid: number): string {
  if (typeOid === BPCHAR) return text.replace(/ +$/, '');
  if (typeOid === BOOL) return text === 't' ? 'true' : 'false';
  return text;
}

/** NaN where the text is not of the type. */
const readers: Record<PlanField['type'], (text: string, scale: number) => string | number | boolean> = {
  string: (text) => text,
  int: (text) => (/^-?\d+(\.0+)?$/.test(text) ? safe(Number(text)) : Number.NaN),
  float: (text) => (text.trim() === '' ? Number.NaN : Number(text)),
  decimal: scaledInteger,
  bool: (text) => (text === 'true' || text === 'false' ? text === 'true' : Number.NaN),
  timestamp: instantOf,
};

/** "12.5" at scale 2 is 1250; digits that the scale has no place for must be zeros. */
function scaledInteger(text: string, scale: number): number {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text);
  const fraction = match?.[3] ?? '';
  if (!match || /[^0]/.test(fraction.slice(scale))) return Number.NaN;
  return safe(Number(`${match[1]}${match[2]}${fraction.slice(0, scale).padEnd(scale, '0')}`));
}

function safe(value: number): number {
  return Number.isSafeInteger(value) ? value : Number.NaN;
}

import { earliestTime, latestTime } from '../../pipeline/limits.js';
import type { PlanField } from '../../pipeline/plan.js';
import { Fault } from '../verdict.js';

/** The fault of a value that JSON.parse gave for a field, 0 for none. Null and undefined are the caller's business. */
export type Check = (value: unknown) => number;

/** The check of one field, made once from the plan. */
export function compileCheck(field: PlanField): Check {
  switch (field.type) {
    case 'string':
      return stringCheck(field);
    case 'bool':
      return (value) => (typeof value === 'boolean' ? 0 : Fault.wrong_type);
    case 'timestamp':
      return numberCheck(field, (value) =>
        Number.isInteger(value) && value >= earliestTime && value <= latestTime ? 0 : Fault.out_of_range,
      );
    case 'int':
      return numberCheck(field, (value) => (Number.isSafeInteger(value) ? 0 : Fault.out_of_range));
    case 'float':
      return numberCheck(field, (value) => (Number.isFinite(value) ? 0 : Fault.out_of_range));
    case 'decimal':
      return numberCheck(field, (value) => decimalFault(value, 10 ** field.scale));
  }
}

/** A decimal as its scaled integer, exact for what `compileCheck` let pass. */
export function scaled(value: number, factor: number): number {
  return Math.round(value * factor);
}

/**
 * `scaled / factor` is rounded correctly, so it gives back exactly the double that the text with that many digits stands for: any other value
 * has more digits. Digits that a double cannot tell apart (19.990000000000000001) are not seen.
 */
function decimalFault(value: number, factor: number): number {
  const integer = scaled(value, factor);
  if (!Number.isSafeInteger(integer)) return Fault.out_of_range;
  return integer / factor === value ? 0 : Fault.too_precise;
}

function numberCheck(field: PlanField, exact: (value: number) => number): Check {
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = field;
  return (value) => {
    if (typeof value !== 'number') return Fault.wrong_type;
    return exact(value) || (value < min || value > max ? Fault.out_of_range : 0);
  };
}

function stringCheck(field: PlanField): Check {
  const allowed = field.values && new Set(field.values);
  return (value) => {
    if (typeof value !== 'string') return Fault.wrong_type;
    if (loneSurrogate.test(value)) return Fault.not_utf8;
    return allowed && !allowed.has(value) ? Fault.not_allowed : 0;
  };
}

/** A JSON escape can smuggle in half a character, which no UTF-8 can hold. */
const loneSurrogate = /\p{Surrogate}/u;

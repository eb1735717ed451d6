import type { PipelineFile } from './schema.js';

/** A metadata table of one's own, as the pipeline file declares it. */
export type OwnTable = NonNullable<PipelineFile['metadata']>['tables'][string];
export type OwnColumn = OwnTable['columns'][string];

/** Of a decimal column, in all: as scaled integers they are exact in a double. */
export const decimalDigits = 15;

type Cell = string | number | boolean | Date | null;

/** The value as PostgreSQL takes it. Throws a RangeError that says what was expected; texts come from CSV, other values from YAML. */
export function readCell(value: string | number | boolean | null | undefined, column: OwnColumn): Cell {
  if (value === null || value === undefined) return null;
  const read = readers[column.type](value, column.type === 'decimal' ? column.scale : 0);
  if (read === undefined) throw new RangeError(`expected ${expected(column)}, got ${JSON.stringify(value)}`);
  return read;
}

type Reader = (value: string | number | boolean, scale: number) => Cell | undefined;

const readers: Record<OwnColumn['type'], Reader> = {
  // A number here has lost its form in YAML already: 1.10 would become 1.1.
  text: (value) => (typeof value === 'string' && !value.includes('\0') ? value : undefined),
  int: (value) => {
    const number = typeof value === 'string' && /^[+-]?\d+$/.test(value.trim()) ? Number(value) : value;
    return Number.isSafeInteger(number) ? (number as number) : undefined;
  },
  float: (value) => {
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
  },
  decimal: (value, scale) => {
    const match = typeof value === 'boolean' ? null : /^([+-]?)(\d+)(?:\.(\d+))?$/.exec(String(value).trim());
    const fraction = match?.[3]?.replace(/0+$/, '') ?? '';
    if (!match || fraction.length > scale || match[2]!.replace(/^0+/, '').length > decimalDigits - scale)
      return undefined;
    return `${match[1]}${match[2]}${fraction && `.${fraction}`}`;
  },
  bool: (value) => {
    if (typeof value !== 'string') return typeof value === 'boolean' ? value : undefined;
    const text = value.trim().toLowerCase();
    return text === 'true' ? true : text === 'false' ? false : undefined;
  },
  timestamp: (value) => {
    const ms = typeof value === 'string' ? instantOf(value.trim()) : value;
    return typeof ms === 'number' && Number.isInteger(ms) && Math.abs(ms) < 2e14 ? new Date(ms) : undefined;
  },
};

/** ISO 8601, in UTC where no zone is named, or epoch milliseconds in digits. NaN for anything else. */
export function instantOf(text: string): number {
  if (/^\d{10,}$/.test(text)) return Number(text);
  const match = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)\s?(Z|[+-]\d{2}(?::?\d{2})?)?)?$/i.exec(
    text,
  );
  if (!match) return Number.NaN;
  const [, date, time = '00:00', zone = 'Z'] = match;
  const offset = zone.length === 3 ? `${zone}:00` : zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone;
  return Date.parse(`${date}T${time}${offset.toUpperCase()}`);
}

function expected(column: OwnColumn): string {
  switch (column.type) {
    case 'text':
      return 'text (in YAML, quote what looks like a number)';
    case 'int':
      return 'a whole number';
    case 'float':
      return 'a number';
    case 'bool':
      return 'true or false';
    case 'timestamp':
      return 'a time such as 2026-01-31T12:00:00Z';
    case 'decimal':
      return `a decimal with at most ${column.scale} digits after the point and ${decimalDigits - column.scale} before it`;
  }
}

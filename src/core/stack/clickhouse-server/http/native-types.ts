import { Exception } from './errors.js';

/** Reads over the Native format; throws `tooShort` when the bytes at hand end. */
export interface Cursor {
  bytes: Buffer;
  at: number;
}

export const tooShort = new Error('more bytes are needed');

const sizes: Record<string, number> = {
  Bool: 1,
  Int8: 1,
  UInt8: 1,
  Enum8: 1,
  Nothing: 1,
  Int16: 2,
  UInt16: 2,
  Enum16: 2,
  Date: 2,
  BFloat16: 2,
  Int32: 4,
  UInt32: 4,
  Float32: 4,
  Date32: 4,
  DateTime: 4,
  Time: 4,
  IPv4: 4,
  Int64: 8,
  UInt64: 8,
  Float64: 8,
  DateTime64: 8,
  Time64: 8,
  Int128: 16,
  UInt128: 16,
  UUID: 16,
  IPv6: 16,
  Int256: 32,
  UInt256: 32,
};

const aliases: Record<string, string> = {
  Point: 'Tuple(Float64, Float64)',
  Ring: 'Array(Point)',
  LineString: 'Array(Point)',
  Polygon: 'Array(Ring)',
  MultiLineString: 'Array(LineString)',
  MultiPolygon: 'Array(Polygon)',
};

/** Passes over one column of `rows` values. Throws 48 for types whose layout is not known here (Dynamic, JSON, Variant, states). */
export function skipColumn(cursor: Cursor, type: string, rows: number): void {
  skipPrefix(cursor, type);
  skipValues(cursor, type, rows);
}

/** Every LowCardinality within a type first says its version, before any values. */
function skipPrefix(cursor: Cursor, type: string): void {
  const { name, inner } = parsed(type);
  if (name === 'LowCardinality') skip(cursor, 8);
  else for (const part of inner) skipPrefix(cursor, part);
}

function skipValues(cursor: Cursor, type: string, rows: number): void {
  const { name, args, inner } = parsed(type);
  const size = fixedSize(name, args);
  if (size !== undefined) skip(cursor, size * rows);
  else if (name === 'String') for (let row = 0; row < rows; row += 1) skip(cursor, varint(cursor));
  else if (name === 'Tuple') for (const part of inner) skipValues(cursor, part, rows);
  else if (name === 'LowCardinality') skipLowCardinality(cursor, inner[0]!, rows);
  else if (name === 'Nullable') {
    skip(cursor, rows);
    skipValues(cursor, inner[0]!, rows);
  } else if (name === 'Array') {
    skip(cursor, rows * 8);
    const length = rows === 0 ? 0 : Number(cursor.bytes.readBigUInt64LE(cursor.at - 8));
    skipValues(cursor, inner[0]!, length);
  } else {
    const what = `Type ${type} with client_protocol_version`;
    throw new Exception(48, 'NOT_IMPLEMENTED', `${what} is not supported by this server`);
  }
}

function skipLowCardinality(cursor: Cursor, type: string, rows: number): void {
  if (rows === 0) return;
  const [indexType, keys] = [uint64(cursor), uint64(cursor)];
  const { name, inner } = parsed(type);
  skipValues(cursor, name === 'Nullable' ? inner[0]! : type, keys);
  skip(cursor, uint64(cursor) * 2 ** (indexType & 0xff));
}

function fixedSize(name: string, args: readonly string[]): number | undefined {
  if (name === 'FixedString') return Number(args[0]);
  if (name.startsWith('Interval')) return 8;
  if (name !== 'Decimal') return sizes[name];
  const digits = Number(args[0]);
  return digits <= 9 ? 4 : digits <= 18 ? 8 : digits <= 38 ? 16 : 32;
}

interface ParsedType {
  name: string;
  args: string[];
  /** The types of which it is made. */
  inner: string[];
}

const cache = new Map<string, ParsedType>();

function parsed(type: string): ParsedType {
  const known = cache.get(type);
  if (known) return known;
  const found = parse(aliases[type] ?? type);
  if (cache.size > 1000) cache.clear();
  cache.set(type, found);
  return found;
}

function parse(type: string): ParsedType {
  const open = type.indexOf('(');
  const name = open < 0 ? type : type.slice(0, open);
  const args = open < 0 ? [] : splitArguments(type.slice(open + 1, -1));
  if (name === 'Map') return { name: 'Array', args, inner: [`Tuple(${args.join(', ')})`] };
  if (name === 'Nested') return { name: 'Array', args, inner: [`Tuple(${args.join(', ')})`] };
  if (name === 'SimpleAggregateFunction') return parse(args[1]!);
  if (name === 'Tuple') return { name, args, inner: args.map(withoutName) };
  if (name === 'Array' || name === 'Nullable' || name === 'LowCardinality') return { name, args, inner: args };
  return { name, args, inner: [] };
}

/** `a UInt8` and `UInt8` are both elements of a tuple; a name may be quoted. */
function withoutName(element: string): string {
  return element.replace(/^(?:`(?:[^`\\]|\\.)*`|\w+)\s+(?=[A-Z])/, '');
}

function splitArguments(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (const { 0: token, index } of text.matchAll(/'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`|[(),]/g)) {
    if (token === '(') depth += 1;
    if (token === ')') depth -= 1;
    if (token !== ',' || depth > 0) continue;
    parts.push(text.slice(start, index).trim());
    start = index + 1;
  }
  return [...parts, text.slice(start).trim()];
}

export function skip(cursor: Cursor, length: number): void {
  cursor.at += length;
  if (cursor.at > cursor.bytes.length) throw tooShort;
}

export function varint(cursor: Cursor): number {
  let value = 0;
  for (let factor = 1; ; factor *= 128) {
    const byte = cursor.bytes[cursor.at];
    if (byte === undefined) throw tooShort;
    cursor.at += 1;
    value += (byte & 0x7f) * factor;
    if (byte < 0x80) return value;
  }
}

function uint64(cursor: Cursor): number {
  skip(cursor, 8);
  return Number(cursor.bytes.readBigUInt64LE(cursor.at - 8));
}

import type { PlanAggregate, PlanField } from '../pipeline/plan.js';
import type { FieldType } from '../pipeline/schema.js';

export const timeType = "DateTime64(3, 'UTC')";

/** ClickHouse's type of a value, spelt as system.columns spells it. Decimals of more than 18 digits after the point need 128 bits. */
export function scalarType(type: FieldType, scale: number): string {
  switch (type) {
    case 'string':
      return 'String';
    case 'int':
      return 'Int64';
    case 'float':
      return 'Float64';
    case 'decimal':
      return decimalType(scale > 18 ? 38 : 18, scale);
    case 'bool':
      return 'Bool';
    case 'timestamp':
      return timeType;
  }
}

/** Type of an event field; strings that repeat a lot are dictionary-encoded. */
export function fieldType(field: PlanField, repeats: boolean): string {
  const type = scalarType(field.type, field.scale);
  const stored = isNullable(field) ? `Nullable(${type})` : type;
  return repeats && field.type === 'string' ? `LowCardinality(${stored})` : stored;
}

/** The type whose values a dictionary-encoded column holds; others as they are. */
export function withoutDictionary(type: string): string {
  return type.replace(/^LowCardinality\((.*)\)$/, '$1');
}

/** Counts are UInt64; sums have 128 bits, so that they never overflow; all but the counts are null where no event contributed. */
export function aggregateType(aggregate: Pick<PlanAggregate, 'function' | 'type' | 'scale'>): string {
  if (isCount(aggregate)) return 'UInt64';
  if (aggregate.function === 'sum' && aggregate.type === 'int') return 'Nullable(Int128)';
  if (aggregate.function === 'sum' && aggregate.type === 'decimal')
    return `Nullable(${decimalType(38, aggregate.scale)})`;
  return `Nullable(${scalarType(aggregate.type, aggregate.scale)})`;
}

/** Enriched fields are null where the row is missing. */
export function isNullable(field: Pick<PlanField, 'optional' | 'origin'>): boolean {
  return field.optional || field.origin === 'enriched';
}

export function isCount(aggregate: Pick<PlanAggregate, 'function'>): boolean {
  return ['count', 'count_distinct', 'approx_count_distinct'].includes(aggregate.function);
}

/** Compression for a type: neighbouring times differ little, everything else goes to a fast ZSTD. Dictionary ids need none. */
export function codecOf(type: string): string | undefined {
  if (type.startsWith('LowCardinality') || type.includes('Bool')) return undefined;
  return type.includes('DateTime64') ? 'Delta(8), ZSTD(1)' : 'ZSTD(1)';
}

function decimalType(digits: number, scale: number): string {
  return `Decimal(${digits}, ${scale})`;
}

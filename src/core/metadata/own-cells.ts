import { decimalDigits, type OwnColumn } from '../pipeline/metadata-cells.js';

export { instantOf, type OwnColumn, type OwnTable, readCell } from '../pipeline/metadata-cells.js';

/** The PostgreSQL type that a declared column gets. Decimals keep to the digits that a double holds. */
export function sqlType(column: OwnColumn): string {
  switch (column.type) {
    case 'text':
      return 'text';
    case 'int':
      return 'bigint';
    case 'float':
      return 'double precision';
    case 'bool':
      return 'boolean';
    case 'timestamp':
      return 'timestamptz';
    case 'decimal':
      return `numeric(${decimalDigits}, ${column.scale})`;
  }
}

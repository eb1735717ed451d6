import { didYouMean } from '../../runtime/yaml-problems.js';
import type { FieldType } from '../schema.js';

/** What an expression may name: the columns that exist where it stands. */
export interface ScopeField {
  name: string;
  type: FieldType;
  scale: number;
}

/** Fields by name; a field's column is its place in the list. */
export class Scope {
  private readonly columns: ReadonlyMap<string, number>;
  private readonly fields: readonly ScopeField[];

  constructor(fields: readonly ScopeField[]) {
    this.fields = fields;
    this.columns = new Map(fields.map((field, column) => [field.name, column]));
  }

  find(name: string): { column: number; field: ScopeField } | undefined {
    const column = this.columns.get(name);
    return column === undefined ? undefined : { column, field: this.fields[column]! };
  }

  /** "did you mean …" or the list of all. */
  advice(name: string): string {
    const known = [...this.columns.keys()];
    const near = didYouMean(name, known);
    return near ? `did you mean "${near}"?` : `expected one of: ${known.join(', ')}`;
  }
}

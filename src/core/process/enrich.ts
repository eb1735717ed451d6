import type { Plan, PlanEnrichment, PlanField } from '../pipeline/plan.js';
import type { Batch } from './batch.js';
import type { Dictionary } from './dictionary.js';
import { grownInts } from './table/grow.js';

/** A value as columns hold it: decimals as scaled integers, timestamps in ms. */
export type MetadataValue = string | number | boolean | null;

/** One row of a metadata table, as one step of the plan's enrichment reads it: the key and the values in the order of the step's `take`. */
export interface MetadataRow {
  key: string | number;
  values: readonly MetadataValue[];
}

/**
 * The metadata tables that events are joined with, one for each step of the plan's enrichment. Look-ups go by an event's interned key id to a row
 * number, through an array that is filled as keys are met. Changes hold from the next batch on: every row of a batch sees the same tables.
 */
export class EnrichmentTables {
  private readonly joins: readonly Join[];

  constructor(plan: Plan, dictionary: Dictionary) {
    this.joins = plan.enrich.map((each) => new Join(plan, each, dictionary));
  }

  /** Adds or replaces rows of a step. Throws a TypeError for a value of another type than the field's. */
  loadStep(step: number, rows: Iterable<MetadataRow>): void {
    for (const { key, values } of rows) this.joins[step]!.put(key, values);
  }

  /** The values of a row from now on, null when it is gone. Throws as loadStep. */
  applyChange(step: number, key: string | number, values: readonly MetadataValue[] | null): void {
    const join = this.joins[step]!;
    if (values) join.put(key, values);
    else join.remove(key);
  }

  /** Fills the enriched columns of a batch, step by step; nulls where the key is null or its row is missing. */
  fill(batch: Batch): void {
    for (const join of this.joins) join.fill(batch);
  }

  /** The same tables for batches of another dictionary. */
  moveTo(dictionary: Dictionary): void {
    for (const join of this.joins) join.moveTo(dictionary);
  }
}

const unknown = -2;
const missing = -1;

/** One step: row numbers by key, taken columns as arrays by row number. */
class Join {
  private readonly enrichment: PlanEnrichment;
  private readonly taken: readonly Taken[];
  private readonly places = new Map<string | number, number>();
  private dictionary: Dictionary;
  /** Row number by interned key id. */
  private cache = new Int32Array(0);
  private size = 0;
  /** Row numbers that are free again: rows come and go for as long as the engine runs. */
  private readonly free: number[] = [];

  constructor(plan: Plan, enrichment: PlanEnrichment, dictionary: Dictionary) {
    this.enrichment = enrichment;
    this.dictionary = dictionary;
    this.taken = enrichment.take.map(({ column }) => new Taken(column, plan.fields[column]!, dictionary));
  }

  put(key: string | number, values: readonly MetadataValue[]): void {
    const checked = this.taken.map((taken, index) => taken.checked(values[index] ?? null, this.enrichment.table, key));
    const place = this.places.get(key) ?? this.free.pop() ?? this.size++;
    this.places.set(key, place);
    this.forget(key);
    for (const [index, taken] of this.taken.entries()) taken.put(place, checked[index]!);
  }

  remove(key: string | number): void {
    const place = this.places.get(key);
    if (place === undefined) return;
    this.places.delete(key);
    this.free.push(place);
    this.forget(key);
  }

  fill(batch: Batch): void {
    const keys = batch.columns[this.enrichment.on]!;
    const rows = new Int32Array(batch.size);
    if (keys.kind === 'interned') this.findIds(keys.ids, batch.size, rows);
    else if (keys.kind === 'number')
      for (let row = 0; row < batch.size; row++) rows[row] = this.places.get(keys.values[row]!) ?? missing;
    else throw new TypeError(`column ${this.enrichment.on} is looked up, so its strings must be interned`);
    for (const taken of this.taken) taken.fill(batch, rows);
  }

  moveTo(dictionary: Dictionary): void {
    this.dictionary = dictionary;
    this.cache = new Int32Array(0);
    for (const taken of this.taken) taken.moveTo(dictionary);
  }

  private findIds(ids: Int32Array, size: number, rows: Int32Array): void {
    this.cache = grownInts(this.cache, this.dictionary.size, unknown);
    const { cache } = this;
    for (let row = 0; row < size; row++) {
      const id = ids[row]!;
      if (id < 0) rows[row] = missing;
      else {
        if (cache[id] === unknown) cache[id] = this.places.get(this.dictionary.textOf(id)) ?? missing;
        rows[row] = cache[id]!;
      }
    }
  }

  private forget(key: string | number): void {
    if (typeof key !== 'string') return;
    const id = this.dictionary.idOf(key);
    if (id < this.cache.length) this.cache[id] = unknown;
  }
}

/** One taken column. */
class Taken {
  private readonly column: number;
  private readonly field: PlanField;
  private dictionary: Dictionary;
  /** By row number: interned ids, or numbers as columns hold them; NaN is null. */
  private values: number[] = [];

  constructor(column: number, field: PlanField, dictionary: Dictionary) {
    this.column = column;
    this.field = field;
    this.dictionary = dictionary;
  }

  checked(value: MetadataValue, table: string, key: string | number): MetadataValue {
    const { name, type } = this.field;
    const expected = type === 'string' ? 'string' : type === 'bool' ? 'boolean' : 'number';
    if (value === null || (typeof value === expected && !Number.isNaN(value))) return value;
    throw new TypeError(`${table} where the key is ${key}: expected ${type} for ${name}, got ${value}`);
  }

  put(place: number, value: MetadataValue): void {
    if (value === null) this.values[place] = Number.NaN;
    else this.values[place] = typeof value === 'string' ? this.dictionary.idOf(value) : Number(value) + 0;
  }

  fill(batch: Batch, rows: Int32Array): void {
    const column = batch.columns[this.column]!;
    const { values } = this;
    if (column.kind === 'number')
      for (let row = 0; row < rows.length; row++)
        column.values[row] = rows[row]! < 0 ? Number.NaN : values[rows[row]!]!;
    else if (column.kind === 'interned')
      for (let row = 0; row < rows.length; row++) {
        const id = rows[row]! < 0 ? Number.NaN : values[rows[row]!]!;
        column.ids[row] = Number.isNaN(id) ? -1 : id;
      }
    else throw new TypeError(`${this.field.name} is looked up, so its strings must be interned`);
  }

  moveTo(dictionary: Dictionary): void {
    const before = this.dictionary;
    this.dictionary = dictionary;
    if (this.field.type === 'string')
      this.values = this.values.map((id) => (Number.isNaN(id) ? id : dictionary.idOf(before.textOf(id))));
  }
}

import type { Plan, PlanEnrichment, PlanField } from '../pipeline/plan.js';
import type { Batch, Column } from './batch.js';
import type { Dictionary } from './dictionary.js';
import { grownInts } from './table/grow.js';

/** A value as a metadata table holds it: decimals as number or text, timestamps in ms. */
export type MetadataValue = string | number | boolean | null;

/** A row of a metadata table: its columns by name, the key among them. */
export type MetadataRow = Readonly<Record<string, MetadataValue>>;

/**
 * The metadata tables that events are joined with. Look-ups go by an event's interned key id to a row number, through an array that is filled as
 * keys are met. Changes hold from the next batch on: every row of a batch sees the same tables.
 */
export class EnrichmentTables {
  private readonly joins: readonly Join[];

  constructor(plan: Plan, dictionary: Dictionary) {
    this.joins = plan.enrich.map((each) => new Join(plan, each, dictionary));
  }

  /** The tables that rows are wanted of, with their key and the columns that are read. */
  get wanted(): { table: string; key: string; columns: string[] }[] {
    return this.joins.map(({ enrichment: { table, keyColumn, take } }) => ({
      table,
      key: keyColumn,
      columns: [...new Set(take.map(({ from }) => from))],
    }));
  }

  /** Adds or replaces rows. Rows of tables that are not joined are ignored. Throws a TypeError for a value of another type than the pipeline says. */
  load(table: string, rows: Iterable<MetadataRow>): void {
    const joins = this.joins.filter(({ enrichment }) => enrichment.table === table);
    for (const row of rows) for (const join of joins) join.put(row);
  }

  /**
   * Adds or replaces rows of the plan's enrichment `step`. Values stand in the order of its `take` and as columns hold them: decimals as scaled
   * integers.
   */
  loadStep(step: number, rows: Iterable<{ key: string | number; values: readonly MetadataValue[] }>): void {
    for (const { key, values } of rows) this.joins[step]!.putValues(key, values);
  }

  /** A row as it is now, or null with its key when it is gone. */
  applyChange(table: string, key: string | number, row: MetadataRow | null): void {
    for (const join of this.joins)
      if (join.enrichment.table === table) {
        join.remove(key);
        if (row) join.put(row);
      }
  }

  /** Fills the enriched columns of a batch; nulls where the key is null or its row is missing. */
  fill(batch: Batch): void {
    for (const join of this.joins) join.fill(batch);
  }
}

const unknown = -2;
const missing = -1;

/** One enrichment: rows by key, taken columns as arrays by row number. */
class Join {
  readonly enrichment: PlanEnrichment;
  private readonly dictionary: Dictionary;
  private readonly taken: readonly Taken[];
  private readonly rows = new Map<string | number, number>();
  /** Row number by interned key id. */
  private cache = new Int32Array(0);
  private size = 0;

  constructor(plan: Plan, enrichment: PlanEnrichment, dictionary: Dictionary) {
    this.enrichment = enrichment;
    this.dictionary = dictionary;
    this.taken = enrichment.take.map(({ column, from }) => new Taken(column, from, plan.fields[column]!, dictionary));
  }

  put(row: MetadataRow): void {
    const { keyColumn } = this.enrichment;
    const key = row[keyColumn];
    if (typeof key !== 'string' && typeof key !== 'number')
      throw new TypeError(`${this.enrichment.table}.${keyColumn}: expected a key, got ${key}`);
    const place = this.placeOf(key);
    for (const taken of this.taken) taken.put(place, row[taken.from], this.enrichment.table);
  }

  putValues(key: string | number, values: readonly MetadataValue[]): void {
    const place = this.placeOf(key);
    for (const [index, taken] of this.taken.entries()) taken.set(place, values[index]!);
  }

  remove(key: string | number): void {
    this.rows.delete(key);
    this.forget(key);
  }

  fill(batch: Batch): void {
    const keys = batch.columns[this.enrichment.on]!;
    const places = new Int32Array(batch.size);
    if (keys.kind === 'interned') this.findIds(keys.ids, batch.size, places);
    else if (keys.kind === 'number')
      for (let row = 0; row < batch.size; row++) places[row] = this.rows.get(keys.values[row]!) ?? missing;
    else throw new TypeError(`column ${this.enrichment.on} is looked up, so its strings must be interned`);
    for (const taken of this.taken) taken.fill(batch, places);
  }

  private findIds(ids: Int32Array, size: number, places: Int32Array): void {
    this.cache = grownInts(this.cache, this.dictionary.size, unknown);
    const { cache } = this;
    for (let row = 0; row < size; row++) {
      const id = ids[row]!;
      if (id < 0) places[row] = missing;
      else {
        if (cache[id] === unknown) cache[id] = this.rows.get(this.dictionary.textOf(id)) ?? missing;
        places[row] = cache[id]!;
      }
    }
  }

  private placeOf(key: string | number): number {
    const place = this.rows.get(key) ?? this.size++;
    this.rows.set(key, place);
    this.forget(key);
    return place;
  }

  private forget(key: string | number): void {
    if (typeof key !== 'string') return;
    const id = this.dictionary.idOf(key);
    if (id < this.cache.length) this.cache[id] = unknown;
  }
}

/** One taken column. */
class Taken {
  readonly from: string;
  private readonly column: number;
  private readonly field: PlanField;
  private readonly dictionary: Dictionary;
  /** By row number: interned ids, or numbers as columns hold them. */
  private readonly values: number[] = [];

  constructor(column: number, from: string, field: PlanField, dictionary: Dictionary) {
    this.column = column;
    this.from = from;
    this.field = field;
    this.dictionary = dictionary;
  }

  put(place: number, value: MetadataValue | undefined, table: string): void {
    const { type, scale } = this.field;
    const held = type === 'decimal' && value != null ? Math.round(Number(value) * 10 ** scale) : value;
    if (held != null && type !== 'string' && Number.isNaN(Number(held)))
      throw new TypeError(`${table}.${this.from}: expected ${type}, got ${value}`);
    this.set(place, held ?? null);
  }

  /** A value as columns hold it. */
  set(place: number, value: MetadataValue): void {
    if (value === null) this.values[place] = Number.NaN;
    else if (this.field.type === 'string') this.values[place] = this.dictionary.idOf(String(value));
    else this.values[place] = Number(value) + 0;
  }

  fill(batch: Batch, places: Int32Array): void {
    const column = batch.columns[this.column]!;
    const { values } = this;
    if (column.kind === 'number')
      for (let row = 0; row < batch.size; row++) {
        const place = places[row]!;
        column.values[row] = place < 0 ? Number.NaN : values[place]!;
      }
    else this.fillTexts(column, places);
  }

  private fillTexts(column: Column, places: Int32Array): void {
    if (column.kind !== 'interned') throw new TypeError(`${this.field.name} is looked up, so it must be interned`);
    const { values } = this;
    for (let row = 0; row < places.length; row++) {
      const id = places[row]! < 0 ? Number.NaN : values[places[row]!]!;
      column.ids[row] = Number.isNaN(id) ? -1 : id;
    }
  }
}

import type { Plan } from '../../pipeline/plan.js';
import type { Batch, Column, FetchedRecords } from '../batch.js';
import type { Dictionary } from '../dictionary.js';
import { Fault } from '../verdict.js';
import { emptyBatch, TextCollector } from './columns.js';
import type { Decoder } from './decoder.js';
import { type Check, compileCheck, scaled } from './validate.js';

/** JSON.parse per record: what every faster decoder must agree with. Of a repeated key the last one counts, fields not in the plan are ignored. */
export class ReferenceDecoder implements Decoder {
  dictionary: Dictionary;
  private readonly plan: Plan;
  private readonly checks: Check[];
  private readonly text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

  constructor(plan: Plan, dictionary: Dictionary) {
    this.plan = plan;
    this.dictionary = dictionary;
    this.checks = plan.fields.slice(0, plan.eventFields).map(compileCheck);
  }

  decode(fetched: FetchedRecords): Batch {
    const batch = emptyBatch(this.plan, this.dictionary, fetched);
    const writers = batch.columns.slice(0, this.plan.eventFields).map((column, index) => this.writer(column, index));
    for (let row = 0; row < batch.size; row++) {
      const event = this.parse(fetched, row);
      if (typeof event === 'number') batch.faults[row] = event;
      else if (this.valid(event, batch, row)) for (const writer of writers) writer.write(event, row);
    }
    for (const writer of writers) writer.finish();
    return batch;
  }

  /** The JSON object, or the code of the fault. */
  private parse({ records }: FetchedRecords, row: number): Record<string, unknown> | number {
    const start = records.valueStarts[row]!;
    if (start < 0) return Fault.null_value;
    let text: string;
    try {
      text = this.text.decode(records.buffer.subarray(start, records.valueEnds[row]!));
    } catch {
      return Fault.not_utf8;
    }
    try {
      const value: unknown = JSON.parse(text);
      const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
      return isObject ? (value as Record<string, unknown>) : Fault.not_an_object;
    } catch {
      return Fault.not_json;
    }
  }

  /** Checks all fields before any is written, so that what a dead letter holds is not interned. */
  private valid(event: Record<string, unknown>, batch: Batch, row: number): boolean {
    for (let column = 0; column < this.checks.length; column++) {
      const field = this.plan.fields[column]!;
      const value = own(event, field.name);
      const absent = value === undefined || value === null;
      const fault = absent ? (field.optional ? 0 : Fault.missing_field) : this.checks[column]!(value);
      if (fault !== 0) {
        batch.faults[row] = fault;
        batch.faultColumns[row] = column;
        return false;
      }
    }
    return true;
  }

  private writer(column: Column, index: number): FieldWriter {
    const { name, type, scale } = this.plan.fields[index]!;
    const write = (set: (value: never, row: number) => void) => (event: Record<string, unknown>, row: number) => {
      const value = own(event, name);
      if (value !== undefined && value !== null) set(value as never, row);
    };
    if (column.kind === 'interned')
      return { finish, write: write((value: string, row) => (column.ids[row] = column.dictionary.idOf(value))) };
    if (column.kind === 'bytes') {
      const collector = new TextCollector();
      return {
        write: write((value: string, row) => collector.append(column, row, value)),
        finish: () => collector.finish(column),
      };
    }
    const factor = 10 ** scale;
    // Adding 0 turns -0 into 0: the two are one value to every group and set.
    if (type === 'decimal')
      return { finish, write: write((value: number, row) => (column.values[row] = scaled(value, factor) + 0)) };
    return { finish, write: write((value: number | boolean, row) => (column.values[row] = Number(value) + 0)) };
  }
}

interface FieldWriter {
  write(event: Record<string, unknown>, row: number): void;
  finish(): void;
}

const finish = () => {};

/** A field's name may be that of something every object inherits, such as `constructor`. */
function own(event: Record<string, unknown>, name: string): unknown {
  return Object.hasOwn(event, name) ? event[name] : undefined;
}

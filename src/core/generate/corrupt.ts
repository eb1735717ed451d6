import type { Plan } from '../pipeline/plan.js';
import type { ByteWriter } from './byte-writer.js';
import type { Corruption } from './distorter.js';
import type { EventValues } from './generator.js';
import type { JsonEncoder } from './json-encoder.js';

/**
 * Writes a damaged event instead of a good one; `detail` chooses the place. Each way fails for certain: an object that is not closed, a required
 * field that is an object or a text where it must not be, a required field that is not there, bytes that are no JSON, half of them no UTF-8 either.
 */
export class Corrupter {
  private readonly encoder: JsonEncoder;
  private readonly required: readonly number[];

  constructor(plan: Plan, encoder: JsonEncoder) {
    this.encoder = encoder;
    const columns = plan.fields.slice(0, plan.eventFields).map((field, column) => ({ field, column }));
    this.required = columns.filter(({ field }) => !field.optional).map(({ column }) => column);
  }

  encode(writer: ByteWriter, values: EventValues, how: Corruption, detail: number): void {
    const column = this.required[detail % this.required.length]!;
    switch (how) {
      case 'wrong_type':
        this.encoder.encode(writer, values, column);
        return;
      case 'missing_field':
        this.encoder.encode(writer, values.with(column, undefined));
        return;
      case 'truncated': {
        const before = writer.position - writer.mark;
        this.encoder.encode(writer, values);
        const start = writer.mark + before;
        writer.position = start + 1 + (detail % (writer.position - start - 1));
        return;
      }
      case 'not_json':
        if (detail % 2 === 1) writer.byte(0xff);
        writer.ascii(`damaged ${detail}`);
        return;
    }
  }
}

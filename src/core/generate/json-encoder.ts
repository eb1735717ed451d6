import type { Plan, PlanField } from '../pipeline/plan.js';
import type { ByteWriter } from './byte-writer.js';
import type { EventValues, Scalar } from './generator.js';

export type { ByteWriter } from './byte-writer.js';

type WriteValue = (writer: ByteWriter, value: string | number | boolean) => void;

/**
 * Writes events as JSON without an object per event: names are precomputed, values written by the field's type. What JSON.parse reads back equals
 * the values, except that decimals are rounded to their scale (and always show all of its digits).
 */
export class JsonEncoder {
  private readonly names: Uint8Array[];
  private readonly writers: WriteValue[];

  constructor(plan: Pick<Plan, 'fields' | 'eventFields'>) {
    const fields = plan.fields.slice(0, plan.eventFields);
    const text = new TextEncoder();
    this.names = fields.map((field) => text.encode(`,${JSON.stringify(field.name)}:`));
    this.writers = fields.map(valueWriter);
  }

  /** Appends one event. `wrongType` is a column to give a value of another JSON type, for corrupt events. */
  encode(writer: ByteWriter, values: EventValues, wrongType = -1): void {
    const start = writer.position - writer.mark;
    for (let column = 0; column < this.names.length; column++) {
      const value = values[column];
      if (value === undefined) continue;
      writer.bytes(this.names[column]!);
      if (column === wrongType) writeWrong(writer, value);
      else if (value === null) writer.ascii('null');
      else this.writers[column]!(writer, value);
    }
    const at = writer.mark + start;
    if (writer.position === at) writer.byte(openBrace);
    else writer.buffer[at] = openBrace;
    writer.byte(closeBrace);
  }
}

const openBrace = 0x7b;
const closeBrace = 0x7d;
const quote = 0x22;
const backslash = 0x5c;
const point = 0x2e;
const minus = 0x2d;

function valueWriter(field: PlanField): WriteValue {
  switch (field.type) {
    case 'string':
      return (writer, value) => writeString(writer, String(value));
    case 'bool':
      return (writer, value) => writer.ascii(value ? 'true' : 'false');
    case 'decimal':
      return decimalWriter(field.scale);
    case 'int':
    case 'timestamp':
    case 'float':
      return (writer, value) => writeNumber(writer, value as number);
  }
}

/** Plain ASCII goes byte by byte; the first character that is not takes the whole string through JSON.stringify. */
export function writeString(writer: ByteWriter, text: string): void {
  const length = text.length;
  writer.reserve(length + 2);
  const { buffer, position } = writer;
  buffer[position] = quote;
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x20 || code > 0x7e || code === quote || code === backslash) {
      writer.utf8(JSON.stringify(text));
      return;
    }
    buffer[position + 1 + i] = code;
  }
  buffer[position + 1 + length] = quote;
  writer.position = position + length + 2;
}

/** As JSON.stringify prints it, "null" for what JSON cannot say included. */
export function writeNumber(writer: ByteWriter, value: number): void {
  const magnitude = Math.abs(value);
  if (!(magnitude < 1e12)) writer.ascii(Number.isSafeInteger(value) || Number.isFinite(value) ? String(value) : 'null');
  else if (Math.floor(magnitude) === magnitude) {
    if (value < 0) writer.byte(minus);
    writer.digits(magnitude);
  } else if (!writeShortFraction(writer, value, magnitude)) writer.ascii(String(value));
}

/**
 * Three digits after the point at most, which most readings have: a decimal of up to 15 digits that reads back as the same double is the shortest
 * one that does, so these are JSON.stringify's digits.
 */
function writeShortFraction(writer: ByteWriter, value: number, magnitude: number): boolean {
  const thousandths = Math.round(magnitude * 1000);
  if (thousandths / 1000 !== magnitude) return false;
  if (value < 0) writer.byte(minus);
  const whole = Math.floor(thousandths / 1000);
  let fraction = thousandths - whole * 1000;
  let digits = 3;
  while (fraction % 10 === 0) {
    fraction /= 10;
    digits--;
  }
  writer.digits(whole);
  writer.byte(point);
  writer.padded(fraction, digits);
  return true;
}

function decimalWriter(scale: number): WriteValue {
  const unit = 10 ** scale;
  return (writer, value) => {
    const scaled = Math.round(Math.abs(value as number) * unit);
    if (!Number.isSafeInteger(scaled)) {
      writer.ascii('null');
      return;
    }
    if ((value as number) < 0 && scaled > 0) writer.byte(minus);
    const whole = Math.floor(scaled / unit);
    writer.digits(whole);
    if (scale === 0) return;
    writer.byte(point);
    writer.padded(scaled - whole * unit, scale);
  };
}

function writeWrong(writer: ByteWriter, value: Scalar): void {
  writer.ascii(typeof value === 'string' ? '{"was":"text"}' : '"not a value"');
}

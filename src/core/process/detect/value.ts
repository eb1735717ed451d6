import type { StateReader } from '../snapshot/reader.js';
import type { StateWriter } from '../snapshot/writer.js';
import type { Value } from './kind.js';

const kinds = ['null', 'number', 'string', 'boolean'];

/** For detectors that keep values of any type. */
export function writeValue(writer: StateWriter, value: Value): void {
  writer.int(value === null ? 0 : kinds.indexOf(typeof value));
  if (typeof value === 'string') writer.text(value);
  else if (value !== null) writer.number(Number(value));
}

export function readValue(reader: StateReader): Value {
  switch (kinds[reader.int()]) {
    case 'null':
      return null;
    case 'number':
      return reader.number();
    case 'string':
      return reader.text();
    case 'boolean':
      return reader.number() === 1;
    default:
      throw new RangeError('a value is of no known type');
  }
}

import type { FieldType } from '../../pipeline/schema.js';
import type { Columns } from '../batch.js';
import type { Dictionary } from '../dictionary.js';
import type { StateReader } from '../snapshot/reader.js';
import type { StateWriter } from '../snapshot/writer.js';
import { TupleTable } from '../table/tuple-table.js';
import { numberOfWords } from '../table/words.js';

/** NaN, which stands for null, as the one pair of words that groups know it by. */
const nullHigh = 0x7ff80000;

/** How the columns that something is grouped by stand in a tuple: a string's id in one word, a number in two. */
export class KeyLayout {
  readonly width: number;
  private readonly columns: readonly { column: number; text: boolean; at: number }[];
  private readonly dictionary: Dictionary;

  constructor(fields: readonly { type: FieldType }[], by: readonly number[], dictionary: Dictionary) {
    this.dictionary = dictionary;
    let at = 0;
    this.columns = by.map((column) => {
      const text = fields[column]!.type === 'string';
      const place = { column, text, at };
      at += text ? 1 : 2;
      return place;
    });
    this.width = at;
  }

  /** The tuples of the rows rows[0 .. count - 1], one after another. */
  fill(batch: Columns, rows: Int32Array, count: number, words: Int32Array): void {
    for (const { column, at } of this.columns) {
      const values = batch.columns[column]!;
      if (values.kind === 'interned') fillIds(values.ids, rows, count, words, at, this.width);
      else if (values.kind === 'number') fillNumbers(values.values, rows, count, words, at, this.width);
      else throw new TypeError(`column ${column} is grouped by, so its strings must be interned`);
    }
  }

  /** The keys of one tuple, as results show them. */
  keys({ words }: TupleTable, group: number): (string | number | null)[] {
    const start = group * this.width;
    return this.columns.map(({ text, at }) => {
      const word = words[start + at]!;
      if (text) return word < 0 ? null : this.dictionary.textOf(word);
      const number = numberOfWords(word, words[start + at + 1]!);
      return Number.isNaN(number) ? null : number;
    });
  }

  write(writer: StateWriter, table: TupleTable): void {
    writer.int(table.size);
    for (const { text, at } of this.columns)
      if (text) writer.ids(this.words(table, at), this.dictionary);
      else {
        writer.array(this.words(table, at));
        writer.array(this.words(table, at + 1));
      }
  }

  read(reader: StateReader): TupleTable {
    const table = new TupleTable(this.width);
    const size = reader.int();
    const words = new Int32Array(size * this.width);
    const put = (at: number, column: Int32Array) => {
      for (let group = 0; group < size; group++) words[group * this.width + at] = column[group]!;
    };
    for (const { text, at } of this.columns)
      if (text) put(at, reader.ids(this.dictionary));
      else {
        put(at, reader.ints());
        put(at + 1, reader.ints());
      }
    table.insertAll(words, size, new Int32Array(size));
    return table;
  }

  private words({ size, words }: TupleTable, at: number): Int32Array {
    return Int32Array.from({ length: size }, (_, group) => words[group * this.width + at]!);
  }
}

function fillIds(ids: Int32Array, rows: Int32Array, count: number, words: Int32Array, at: number, width: number): void {
  for (let index = 0, to = at; index < count; index++, to += width) words[to] = ids[rows[index]!]!;
}

function fillNumbers(
  values: Float64Array,
  rows: Int32Array,
  count: number,
  words: Int32Array,
  at: number,
  width: number,
): void {
  const halves = new Int32Array(values.buffer, values.byteOffset, values.length * 2);
  for (let index = 0, to = at; index < count; index++, to += width) {
    const row = rows[index]!;
    const isNull = Number.isNaN(values[row]!);
    words[to] = isNull ? 0 : halves[2 * row]!;
    words[to + 1] = isNull ? nullHigh : halves[2 * row + 1]!;
  }
}

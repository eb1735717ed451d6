import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PairTable } from '../../../../src/core/process/table/pair-table.js';
import { TupleTable } from '../../../../src/core/process/table/tuple-table.js';
import { numberOfWords, WordsOfNumber } from '../../../../src/core/process/table/words.js';

const word = fc.oneof(fc.integer({ min: -2, max: 20 }), fc.integer());

describe('a tuple table', () => {
  it.each([0, 1, 2, 3, 5])('gives tuples of %i words the ids that a map of texts gives them', (width) => {
    const tuples = fc.array(fc.array(word, { minLength: width, maxLength: width }), { maxLength: 300 });
    fc.assert(
      fc.property(tuples, fc.integer({ min: 1, max: 300 }), (all, cut) => {
        const table = new TupleTable(width);
        const known = new Map<string, number>();
        for (const some of [all.slice(0, cut), all.slice(cut)]) {
          const ids = new Int32Array(some.length);
          table.insertAll(Int32Array.from(some.flat()), some.length, ids);
          some.forEach((tuple, index) => {
            const text = tuple.join();
            if (!known.has(text)) known.set(text, known.size);
            expect(ids[index]).toBe(known.get(text));
            expect(table.find(Int32Array.from([9, ...tuple]), 1)).toBe(known.get(text));
            expect(table.insert(Int32Array.from(tuple), 0)).toBe(known.get(text));
          });
        }
        expect(table.size).toBe(known.size);
        const absent = Array(width).fill(123_456_789);
        if (!known.has(absent.join())) expect(table.find(Int32Array.from(absent), 0)).toBe(-1);
      }),
    );
  });
});

describe('a pair table', () => {
  it('is a set per group, with numbers by order of arrival', () => {
    const pairs = fc.array(fc.tuple(fc.nat(5), word, fc.constantFrom(0, 1, -1)), { maxLength: 400 });
    fc.assert(
      fc.property(pairs, (all) => {
        const table = new PairTable();
        const known = new Map<string, number>();
        all.forEach(([group, low, high]) => {
          table.ensureGroups(group + 1);
          const text = [group, low, high].join();
          if (!known.has(text)) known.set(text, known.size);
          expect(table.insert(group, low, high)).toBe(known.get(text));
        });
        expect(table.size).toBe(known.size);
        for (let group = 0; group < 7; group++) {
          const found: string[] = [];
          for (let pair = table.last(group); pair >= 0; pair = table.previous(pair))
            found.push([group, table.low(pair), table.high(pair)].join());
          expect(found.reverse()).toEqual([...known.keys()].filter((text) => text.startsWith(`${group},`)));
        }
      }),
    );
  });
});

describe('the words of a number', () => {
  it('are equal exactly for equal numbers, with one zero and one NaN', () => {
    const words = new WordsOfNumber();
    const of = (value: number) => {
      words.set(value);
      return [words.low, words.high];
    };
    expect(of(-0)).toEqual(of(0));
    expect(of(Number.NaN)).toEqual(of(0 / 0));
    fc.assert(
      fc.property(fc.double({ noNaN: true }), (value) => {
        expect(numberOfWords(...(of(value) as [number, number]))).toBe(value + 0);
      }),
    );
  });
});

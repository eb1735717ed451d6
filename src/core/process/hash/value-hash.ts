import type { Dictionary } from '../dictionary.js';
import { grownInts } from '../table/grow.js';
import { murmur3 } from './murmur3.js';

/** Two 32-bit words of hash for the value given last; equal values have equal hashes in every worker and every run. */
export interface HashSource {
  hash(value: number): void;
  first: number;
  second: number;
}

/** Hashes of a dictionary's strings by id, each computed once; of numbers without a dictionary. */
export function hashesOf(dictionary: Dictionary | undefined): HashSource {
  if (!dictionary) return new NumberHashes();
  const known = texts.get(dictionary);
  if (known) return known;
  const made = new TextHashes(dictionary);
  texts.set(dictionary, made);
  return made;
}

const texts = new WeakMap<Dictionary, TextHashes>();
const encoder = new TextEncoder();

class TextHashes implements HashSource {
  first = 0;
  second = 0;
  private readonly dictionary: Dictionary;
  private words = new Int32Array(0);
  private known = 0;
  private readonly out = new Int32Array(4);

  constructor(dictionary: Dictionary) {
    this.dictionary = dictionary;
  }

  hash(id: number): void {
    while (this.known <= id) this.learn(this.known++);
    this.first = this.words[2 * id]!;
    this.second = this.words[2 * id + 1]!;
  }

  private learn(id: number): void {
    const bytes = encoder.encode(this.dictionary.textOf(id));
    murmur3(bytes, 0, bytes.length, this.out, 0);
    this.words = grownInts(this.words, 2 * id + 2);
    this.words[2 * id] = this.out[0]!;
    this.words[2 * id + 1] = this.out[1]!;
  }
}

class NumberHashes implements HashSource {
  first = 0;
  second = 0;
  private readonly number = new Float64Array(1);
  private readonly bytes = new Uint8Array(this.number.buffer);
  private readonly out = new Int32Array(4);

  /** Adding 0 makes -0 and 0 one value. */
  hash(value: number): void {
    this.number[0] = value + 0;
    murmur3(this.bytes, 0, 8, this.out, 0);
    this.first = this.out[0]!;
    this.second = this.out[1]!;
  }
}

/** Arrays that own their memory, which is what state is kept in. */
export type Numbers = Float64Array<ArrayBuffer>;
export type Ints = Int32Array<ArrayBuffer>;

/** The array itself, or a copy of at least twice its length that holds `length` items; what is new is `fill`. */
export function grownNumbers(array: Numbers, length: number, fill = 0): Numbers {
  if (length <= array.length) return array;
  const grown = new Float64Array(Math.max(16, array.length * 2, length));
  grown.set(array);
  if (fill !== 0) grown.fill(fill, array.length);
  return grown;
}

/** As grownNumbers. */
export function grownInts(array: Ints, length: number, fill = 0): Ints {
  if (length <= array.length) return array;
  const grown = new Int32Array(Math.max(16, array.length * 2, length));
  grown.set(array);
  if (fill !== 0) grown.fill(fill, array.length);
  return grown;
}

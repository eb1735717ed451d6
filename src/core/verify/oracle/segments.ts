/** Where the records of one run lie in a partition: all of its `records` in [begin, next), perhaps among those of others. */
export interface RunExtent<Run> {
  run: Run;
  begin: number;
  next: number;
  records: number;
}

/** Offsets [from, to) and who tells what is in them: the run whose records fill them without a gap, or the topic. */
export interface Segment<Run> {
  from: number;
  to: number;
  run: Run | undefined;
}

/**
 * Splits a partition's offsets [from, to) by witness. A run that fills its extent alone is told by its seed; where runs were sent at the same
 * time, or others wrote, only the topic knows who stands where.
 */
export function segmentsOf<Run>(extents: readonly RunExtent<Run>[], from: number, to: number): Segment<Run>[] {
  const whole = extents
    .filter(({ begin, next, records }) => records > 0 && next - begin === records)
    .sort((a, b) => a.begin - b.begin);
  const segments: Segment<Run>[] = [];
  let at = from;
  for (const { run, begin, next } of whole) {
    if (begin < at) continue;
    if (begin >= to) break;
    if (begin > at) segments.push({ from: at, to: begin, run: undefined });
    segments.push({ from: begin, to: Math.min(next, to), run });
    at = Math.min(next, to);
  }
  if (at < to) segments.push({ from: at, to, run: undefined });
  return segments;
}

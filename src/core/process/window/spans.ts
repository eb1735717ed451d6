/** Tumbling is hopping with advance = size: windows [k * advance, k * advance + size) for every integer k. */
export interface Span {
  size: number;
  advance: number;
}

/** Start of the first window that holds `time`. */
export function firstStart({ size, advance }: Span, time: number): number {
  return (Math.floor((time - size) / advance) + 1) * advance;
}

/** Start of the last window that holds `time`. */
export function lastStart({ advance }: Span, time: number): number {
  return Math.floor(time / advance) * advance;
}

/** End of the first window, of any of the spans, that holds `time`. */
export function earliestEnd(spans: readonly Span[], time: number): number {
  let earliest = Number.POSITIVE_INFINITY;
  for (const span of spans) earliest = Math.min(earliest, firstStart(span, time) + span.size);
  return earliest;
}

/**
 * Starts of the windows of a span that hold one of the `starts` (of slices; ascending) and whose last moment is in (after, until], ascending.
 * Costs the slices and the windows found, however long the gaps between them.
 */
export function* windowsOver(
  span: Span,
  starts: readonly number[],
  after: number,
  until: number,
): Generator<number, void> {
  const { size, advance } = span;
  // start + size - 1 > after, and start is a multiple of the advance.
  let next = Number.isFinite(after) ? (Math.floor((after + 1 - size) / advance) + 1) * advance : after;
  for (const slice of starts) {
    next = Math.max(next, firstStart(span, slice));
    for (const last = lastStart(span, slice); next <= last; next += advance) {
      if (next + size - 1 > until) return;
      yield next;
    }
  }
}

/**
 * Chunks of the state of several spans. Level i holds what the spans from i on still need, in chunks of the greatest common divisor of their sizes
 * and advances: once the windows of a small span are freed, its fine slices are merged into coarser ones for the larger spans.
 */
export function granularities(spans: readonly Span[]): number[] {
  return spans.map((_, level) =>
    spans.slice(level).reduce((sum, span) => divisor(divisor(sum, span.size), span.advance), 0),
  );
}

function divisor(a: number, b: number): number {
  return b === 0 ? a : divisor(b, a % b);
}

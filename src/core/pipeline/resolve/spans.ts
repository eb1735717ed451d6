import { formatDuration } from '../../runtime/units.js';
import type { SlicedWindow } from '../plan.js';
import type { PipelineFile } from '../schema.js';
import type { Problems } from './problems.js';

type Span = SlicedWindow['spans'][number];

/** More slices than this in one window are a mistake in a unit rather than a wish: each group would hold so many of them. */
const mostSlices = 100_000;

/** The sizes of a window, ordered. Each size may be there once: rows are told apart by size and start. */
export function resolveSpans(
  path: readonly string[],
  window: Pick<PipelineFile['windows'][string], 'tumbling' | 'hopping'>,
  problems: Problems,
): Span[] {
  const seen = new Set<number>();
  const spans: Span[] = [];
  const add = (place: (string | number)[], span: Span): void => {
    const wrong =
      flaw(span) ?? (seen.has(span.size) ? `the size ${formatDuration(span.size)} is there twice` : undefined);
    if (wrong) problems.add(place, wrong);
    else spans.push(span);
    seen.add(span.size);
  };
  window.tumbling?.forEach((size, index) => {
    add([...path, 'tumbling', index], { size, advance: size });
  });
  window.hopping?.forEach((span, index) => {
    add([...path, 'hopping', index], span);
  });
  const longest = Math.max(0, ...spans.map(({ size }) => size));
  if (spans.length > 0 && longest / sliceOf(spans) > mostSlices)
    problems.add(
      path,
      `expected at most ${mostSlices} slices in the longest size, got ${longest / sliceOf(spans)} of ${formatDuration(sliceOf(spans))}; ` +
        'take sizes and advances with a larger common divisor, or split the window',
    );
  return spans.sort((a, b) => a.size - b.size || a.advance - b.advance);
}

/** The greatest common divisor of all sizes and advances. */
export function sliceOf(spans: readonly Span[]): number {
  return spans.flatMap(({ size, advance }) => [size, advance]).reduce(divisor, 0);
}

function flaw({ size, advance }: Span): string | undefined {
  if (size === 0) return 'expected a size above 0';
  if (advance === 0) return 'expected an advance above 0';
  if (size % advance === 0) return undefined;
  return `expected a size that is a multiple of the advance, got ${formatDuration(size)} and ${formatDuration(advance)}`;
}

function divisor(a: number, b: number): number {
  return b === 0 ? a : divisor(b, a % b);
}

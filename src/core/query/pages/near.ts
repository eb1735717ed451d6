import type { PageWish } from './page.js';

/** Where to look for a page; epoch ms, undefined: no bound of its own. */
export interface Part {
  from?: number;
  to?: number;
}

/** The oldest and the newest row that are known, epoch ms; either need not be exact. */
export interface Known {
  oldest: number;
  newest: number;
}

/**
 * Where to look for a page, one after another until it is full. A page nearly always is full of what lies near its beginning: looking there first gives the
 * same rows, for the last part has no bound, and reads few of the parts that ClickHouse keeps by time. `begin` is where the page begins; `spanMs` is what
 * probably holds one. Where that is all there is, there is one part.
 */
export function partsOf(order: PageWish['order'], begin: number | undefined, spanMs: number, known: Known): Part[] {
  if (order === 'desc') {
    const from = Math.min(begin ?? known.newest, known.newest) - spanMs;
    return from <= known.oldest ? [{}] : [{ from }, {}];
  }
  const to = Math.max(begin ?? known.oldest, known.oldest) + spanMs;
  return to >= known.newest ? [{}] : [{ to }, {}];
}

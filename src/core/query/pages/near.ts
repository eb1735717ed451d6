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

/** A second look goes so much further than the first. */
const further = 8;

/** Where the rows of a page can begin: there are none before it, in the page's order. */
export function startOf(order: PageWish['order'], begin: number | undefined, { oldest, newest }: Known): number {
  return order === 'desc' ? Math.min(begin ?? newest, newest) : Math.max(begin ?? oldest, oldest);
}

/**
 * Where to look for a page, one after another until it is full. A page nearly always is full of what lies near its beginning: looking there first gives the
 * same rows, for the last part has no bound, and reads few of the parts that ClickHouse keeps by time. `start` is where its rows can begin; `spanMs` is what
 * probably holds it. Where that is all there is, there is one part.
 */
export function partsOf(order: PageWish['order'], start: number, spanMs: number, { oldest, newest }: Known): Part[] {
  const whole = order === 'desc' ? start - oldest : newest - start;
  const looks = [spanMs, spanMs * further].filter((span) => span < whole);
  return [...looks.map((span) => (order === 'desc' ? { from: start - span } : { to: start + span })), {}];
}

import type { PageWish } from './page.js';

/** Where to look for a page, the narrowest part of time first; epoch ms, undefined: no bound of its own. */
export interface Part {
  from?: number;
  to?: number;
}

/** So much wider is the second look. */
const wider = 16;

/**
 * A page is full of what lies near its beginning, nearly always: looking there first, and further away only where it is not full, gives the same rows and
 * reads few of the parts that ClickHouse keeps by time. `begin` is where the page begins: the newest row that is known, or the oldest that may be meant; it
 * need not be exact. `spanMs` is what probably holds a page.
 */
export function partsOf(order: PageWish['order'], begin: number | undefined, spanMs: number): Part[] {
  if (begin === undefined) return [{}];
  const spans = [spanMs, spanMs * wider];
  return [...spans.map((span) => (order === 'desc' ? { from: begin - span } : { to: begin + span })), {}];
}

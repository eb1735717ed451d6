import { describe, expect, test } from 'vitest';
import { distinct, groupBy, readEvents, seededMetadata, shippedWorkload } from './fixtures.js';

interface Shopping {
  event_type: string;
  user_id: string;
  session_id: string;
  device: string;
  product_id?: string;
  quantity?: number;
  price?: number;
  order_id?: string;
  search_term?: string;
}

describe('the funnel', () => {
  const metadata = seededMetadata('ecommerce');
  const events = readEvents<Shopping>(shippedWorkload('ecommerce', { durationMs: 60_000, metadata }));
  const types = groupBy(events, (event) => event.event_type);
  const count = (type: string) => types.get(type)?.length ?? 0;

  test('every purchase follows a view and an add_to_cart of its product in its session, a refund its purchase', () => {
    const seen = new Set<string>();
    const follows: Record<string, string> = {
      add_to_cart: 'product_view',
      purchase: 'add_to_cart',
      refund: 'purchase',
    };
    const orphans = events.filter((event) => {
      const line = event.event_type === 'refund' ? `${event.order_id} ${event.quantity}` : '';
      const step = (type: string, more = '') => `${type} ${event.session_id} ${event.product_id} ${more}`;
      const before = follows[event.event_type];
      const isOrphan = before !== undefined && !seen.has(step(before, line));
      seen.add(step(event.event_type));
      if (event.event_type === 'purchase') seen.add(step('purchase', `${event.order_id} ${event.quantity}`));
      return isOrphan;
    });
    expect(orphans).toEqual([]);
    expect(count('refund')).toBeGreaterThan(20);
  });

  test('more is looked at than put into carts, more put into carts than bought, more bought than sent back', () => {
    expect(count('product_view')).toBeGreaterThan(3 * count('add_to_cart'));
    expect(count('add_to_cart')).toBeGreaterThan(1.5 * count('purchase'));
    expect(count('purchase')).toBeGreaterThan(5 * count('refund'));
    expect(count('search')).toBeGreaterThan(0.1 * events.length);
  });

  test('a session is of one user and one device', () => {
    const sessions = [...groupBy(events, (event) => event.session_id).values()];
    expect(sessions.filter((session) => distinct(session, (each) => `${each.user_id} ${each.device}`) > 1)).toEqual([]);
    expect(sessions.length).toBeGreaterThan(1_000);
  });

  test('prices are those of the products; each kind of event has its fields', () => {
    const prices = new Map(metadata.products!.map((row) => [row.product_id, Number(row.price)]));
    const wrong = events.filter((event) => {
      const { event_type: type } = event;
      const moves = ['add_to_cart', 'purchase', 'refund'].includes(type);
      return (
        event.price !== (type === 'search' ? undefined : prices.get(event.product_id!)) ||
        'product_id' in event !== (type !== 'search') ||
        'quantity' in event !== moves ||
        'order_id' in event !== ['purchase', 'refund'].includes(type) ||
        'search_term' in event !== (type === 'search')
      );
    });
    expect(wrong).toEqual([]);
  });

  test('popular products are looked at more', () => {
    const views = groupBy(types.get('product_view')!, (event) => event.product_id!);
    expect(views.get('product_000001')!.length).toBeGreaterThan(3 * views.get('product_000100')!.length);
  });

  test('scrapers only look, and are labelled from their first view on', () => {
    const scraped = [
      ...groupBy(
        events.filter((event) => event.anomaly !== undefined),
        (event) => event.incident,
      ).values(),
    ];
    expect(scraped.filter((session) => distinct(session, (event) => event.session_id) > 1)).toEqual([]);
    expect(distinct(scraped.flat(), (event) => `${event.anomaly} ${event.event_type}`)).toBe(1);
    expect(scraped[0]![0]).toMatchObject({ anomaly: 'scraper', event_type: 'product_view' });
    expect(Math.max(...scraped.map((session) => session.length))).toBeGreaterThan(40);
  });
});

test('without stock nothing goes into a cart', () => {
  const metadata = seededMetadata('ecommerce');
  const inventory = metadata.products!.map((row) => ({ product_id: row.product_id!, stock: 0 }));
  const events = readEvents<Shopping>(
    shippedWorkload('ecommerce', { count: 5_000, metadata: { ...metadata, inventory } }),
  );
  expect(new Set(events.map((event) => event.event_type))).toEqual(new Set(['search', 'product_view']));
});

test('--skew: the most popular user has the share of events that its weight says', () => {
  const skew = { kind: 'zipf', exponent: 1.1 } as const;
  const workload = shippedWorkload('ecommerce', { count: 60_000, skew });
  const weights = workload.partitions.flatMap(({ weights: each }) => [...each]);
  const expected = Math.max(...weights) / weights.reduce((a, b) => a + b, 0);
  const events = readEvents<Shopping>(workload).filter((event) => event.anomaly === undefined);
  const found = events.filter((event) => event.user_id === 'user_000001').length / events.length;
  expect(found / expected).toBeGreaterThan(0.85);
  expect(found / expected).toBeLessThan(1.15);
});

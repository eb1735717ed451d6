import { describe, expect, test } from 'vitest';
import { distinct, groupBy, readEvents, seededMetadata, shippedWorkload } from './fixtures.js';

interface Payment {
  event_time: number;
  event_type: string;
  card_id: string;
  transaction_id: string;
  merchant_id?: string;
  amount: number;
  country: string;
  channel: string;
  decline_reason?: string;
}

describe('card payments', () => {
  const metadata = seededMetadata('finance');
  const events = readEvents<Payment>(shippedWorkload('finance', { count: 90_000, metadata }));
  const count = (type: string) => events.filter((event) => event.event_type === type).length;
  const labelled = events.filter((event) => event.anomaly !== undefined);
  const incidents = [...groupBy(labelled, (event) => event.incident).values()];
  const ofKind = (kind: string) => incidents.filter((incident) => incident[0]!.anomaly === kind);

  test('a capture follows its authorisation for the same amount, a refund its capture; all else is new', () => {
    const follows: Record<string, string> = { capture: 'authorisation', refund: 'capture' };
    const payments = new Map<string, string>();
    const transactions = new Set<string>();
    const wrong = events.filter((event) => {
      const { event_type: type, transaction_id: id } = event;
      const payment = `${event.card_id} ${event.merchant_id} ${event.amount}`;
      const before = follows[type];
      const isWrong = before ? payments.get(`${before} ${id}`) !== payment : transactions.has(id);
      transactions.add(id);
      payments.set(`${type} ${id}`, payment);
      return isWrong;
    });
    expect(wrong).toEqual([]);
    expect(count('capture')).toBeGreaterThan(0.5 * count('authorisation'));
    expect(count('refund')).toBeGreaterThan(50);
  });

  test('declines are few and have a reason, transfers have no merchant', () => {
    expect(count('decline') / (count('decline') + count('authorisation'))).toBeLessThan(0.25);
    const wrong = events.filter(
      (event) =>
        'decline_reason' in event !== (event.event_type === 'decline') ||
        'merchant_id' in event !== (event.event_type !== 'transfer') ||
        !(event.amount > 0),
    );
    expect(wrong).toEqual([]);
  });

  test('most payments are made at home', () => {
    const homes = new Map(metadata.cards!.map((row) => [row.card_id, row.home_country]));
    const atHome = events.filter((event) => event.country === homes.get(event.card_id)).length;
    expect(atHome / events.length).toBeGreaterThan(0.75);
  });

  test('fraud is rare and of five kinds', () => {
    expect(labelled.length / events.length).toBeLessThan(0.02);
    expect([...new Set(labelled.map((event) => event.anomaly))].sort()).toEqual([
      'amount_outlier',
      'card_velocity',
      'fraud_ring',
      'impossible_travel',
      'structuring',
    ]);
  });

  test('card_velocity: many payments with one card within seconds', () => {
    const bursts = ofKind('card_velocity').filter((burst) => burst.length > 7);
    expect(bursts.length).toBeGreaterThan(0);
    for (const burst of bursts) {
      expect(distinct(burst, (event) => event.card_id)).toBe(1);
      expect(burst.at(-1)!.event_time - burst[0]!.event_time).toBeLessThan(60_000);
    }
  });

  test('impossible_travel: by chip at home, then by chip abroad', () => {
    const trips = ofKind('impossible_travel').filter((trip) => trip.length === 2);
    expect(trips.length).toBeGreaterThan(0);
    for (const [home, away] of trips) {
      expect(away!.country).not.toBe(home!.country);
      expect([home!.channel, away!.channel, away!.card_id]).toEqual(['chip', 'chip', home!.card_id]);
    }
  });

  test('fraud_ring: several cards at one merchant', () => {
    const rings = ofKind('fraud_ring').filter((ring) => ring.length > 6);
    expect(rings.length).toBeGreaterThan(0);
    for (const ring of rings) {
      expect(distinct(ring, (event) => event.merchant_id)).toBe(1);
      expect(distinct(ring, (event) => event.card_id)).toBeGreaterThan(2);
    }
  });

  test('amount_outlier and structuring: far above the usual, and just below the limit', () => {
    const typical = new Map(metadata.merchants!.map((row) => [row.merchant_id, Number(row.typical_amount)]));
    const outliers = ofKind('amount_outlier').flat();
    expect(Math.min(...outliers.map((event) => event.amount / typical.get(event.merchant_id!)!))).toBeGreaterThan(19);
    const transfers = ofKind('structuring').flat();
    expect(distinct(transfers, (event) => event.event_type)).toBe(1);
    expect(Math.max(...transfers.map((event) => event.amount))).toBeLessThan(10_000);
    expect(Math.min(...transfers.map((event) => event.amount))).toBeGreaterThanOrEqual(8_999.99);
  });
});

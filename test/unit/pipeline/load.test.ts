import { describe, expect, it } from 'vitest';
import { columnOf, shopPlan } from './fixtures.js';

describe('loadPipeline', () => {
  const plan = shopPlan();

  it('names the topics after the pipeline', () => {
    expect(plan.topics).toEqual({
      events: 'shop.events',
      late: 'shop.late',
      deadLetters: 'shop.dlq',
      alerts: 'shop.alerts',
    });
  });
  it('puts the event’s fields first', () => {
    expect(plan.fields.map((field) => field.name)).toEqual([
      'order_id',
      'ordered_at',
      'customer',
      'kind',
      'product',
      'quantity',
      'price',
      'weight',
      'gift',
      'note',
      'category',
      'cost',
      'category_name',
    ]);
    expect(plan.eventFields).toBe(10);
  });
  it('interns', () => {
    expect(plan.fields.filter((f) => f.interned).map((f) => f.name)).toEqual([
      'customer',
      'kind',
      'product',
      'category',
      'category_name',
    ]);
    expect(plan.fields[columnOf(plan, 'cost')]).toMatchObject({ origin: 'enriched', optional: true, scale: 3 });
  });
  it('windows', () => {
    expect(plan.windows[0]!.spans).toEqual([
      { size: 10_000, advance: 10_000 },
      { size: 30_000, advance: 10_000 },
      { size: 60_000, advance: 60_000 },
    ]);
    expect(plan.windows[0]!.slice).toBe(10_000);
    expect(plan.windows[0]!.aggregates.map((a) => [a.name, a.type, a.scale])).toMatchInlineSnapshot(`
      [
        [
          "orders",
          "int",
          0,
        ],
        [
          "turnover",
          "decimal",
          2,
        ],
        [
          "margin",
          "decimal",
          3,
        ],
        [
          "gifts",
          "int",
          0,
        ],
        [
          "cheapest",
          "decimal",
          2,
        ],
        [
          "dearest",
          "decimal",
          2,
        ],
        [
          "mean_weight",
          "float",
          0,
        ],
        [
          "customers",
          "int",
          0,
        ],
        [
          "customers_about",
          "int",
          0,
        ],
        [
          "price_p95",
          "float",
          0,
        ],
        [
          "first_product",
          "string",
          0,
        ],
        [
          "last_price",
          "decimal",
          2,
        ],
      ]
    `);
  });
});

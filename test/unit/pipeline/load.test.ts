import { describe, expect, it } from 'vitest';
import { loadPipeline } from '../../../src/core/pipeline/load.js';
import { columnOf, shopPlan, shopYaml } from './fixtures.js';

describe('loadPipeline', () => {
  const plan = shopPlan();
  const named = (name: string) => plan.fields[columnOf(plan, name)]!;
  const sales = plan.windows[0]!;

  it('names the topics after the pipeline', () => {
    expect(plan.topics).toEqual({
      events: 'shop.events',
      late: 'shop.late',
      deadLetters: 'shop.dlq',
      alerts: 'shop.alerts',
    });
  });

  it('puts the event’s fields first and the enriched ones after them, in the order of the look-ups', () => {
    const names = plan.fields.map((field) => field.name);
    expect(names.slice(0, plan.eventFields).join(' ')).toBe(
      'order_id ordered_at customer kind product quantity price weight gift note',
    );
    expect(names.slice(plan.eventFields)).toEqual(['category', 'cost', 'category_name']);
    expect([plan.id, plan.time, plan.key].map((column) => names[column])).toEqual([
      'order_id',
      'ordered_at',
      'customer',
    ]);
  });

  it('makes enriched fields optional', () => {
    expect(named('cost')).toMatchObject({ type: 'decimal', scale: 3, optional: true, origin: 'enriched' });
  });

  it('chains look-ups by column', () => {
    expect(plan.enrich).toEqual([
      {
        table: 'products',
        on: columnOf(plan, 'product'),
        keyColumn: 'product',
        take: [
          { column: columnOf(plan, 'category'), from: 'category' },
          { column: columnOf(plan, 'cost'), from: 'cost' },
        ],
      },
      {
        table: 'categories',
        on: columnOf(plan, 'category'),
        keyColumn: 'category',
        take: [{ column: columnOf(plan, 'category_name'), from: 'name' }],
      },
    ]);
  });

  it('interns strings that are grouped by, compared, joined, counted, listed or taken, and no other column', () => {
    const interned = plan.fields.filter((field) => field.interned).map((field) => field.name);
    expect(interned).toEqual(['customer', 'kind', 'product', 'category', 'category_name']);
  });

  it('interns the argument of a distinct count that nothing else uses', () => {
    const edited = loadPipeline(shopYaml.replace('sum(quantity)', 'count_distinct(note)'), 'shop.yaml');
    expect(edited.fields[columnOf(edited, 'note')]).toMatchObject({ interned: true });
  });

  it('turns durations into milliseconds', () => {
    const { outOfOrderness, allowedLateness, maxFutureSkew, idleTimeout, horizon, retentionMs } = plan;
    expect([outOfOrderness, allowedLateness, maxFutureSkew, idleTimeout, horizon, retentionMs]).toEqual([
      2_000, 10_000, 60_000, 5_000, 30_000, 604_800_000,
    ]);
  });

  it('orders the sizes of a window and finds the slice that they share', () => {
    expect(sales).toMatchObject({
      kind: 'sliced',
      spans: [
        { size: 10_000, advance: 10_000 },
        { size: 30_000, advance: 10_000 },
        { size: 60_000, advance: 60_000 },
      ],
      slice: 10_000,
    });
  });

  it('types the aggregates', () => {
    expect(sales.aggregates.map(({ name, type, scale }) => `${name} ${type} ${scale}`)).toEqual([
      'orders int 0',
      'turnover decimal 2',
      'margin decimal 3',
      'gifts int 0',
      'cheapest decimal 2',
      'dearest decimal 2',
      'mean_weight float 0',
      'customers int 0',
      'customers_about int 0',
      'price_p95 float 0',
      'first_product string 0',
      'last_price decimal 2',
    ]);
    expect(sales.aggregates.find((aggregate) => aggregate.name === 'price_p95')).toMatchObject({ quantile: 0.95 });
  });

  it('groups by columns', () => {
    expect(sales.by).toEqual([columnOf(plan, 'category_name'), columnOf(plan, 'kind')]);
  });
});

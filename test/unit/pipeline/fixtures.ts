import { loadPipeline } from '../../../src/core/pipeline/load.js';
import type { Plan } from '../../../src/core/pipeline/plan.js';

/**
 * A small pipeline that uses every part of the file once: all types, two chained look-ups, both window types, all aggregates, a query, detectors on events and
 * on a window.
 */
export const shopYaml = `pipeline: shop
version: 1
description: Orders of a small shop
topic:
  partitions: 2
  key: customer
event:
  id: order_id
  time: ordered_at
  fields:
    order_id: string
    ordered_at: timestamp
    customer: string
    kind: { type: string, values: [order, refund] }
    product: string
    quantity: { type: int, min: 1, max: 100 }
    price: { type: decimal, scale: 2, min: 0 }
    weight: { type: float, optional: true }
    gift: { type: bool, optional: true }
    note: { type: string, optional: true }
time:
  out_of_orderness: 2s
  allowed_lateness: 10s
  max_future_skew: 1m
  idle_timeout: 5s
deduplicate:
  horizon: 30s
metadata:
  tables:
    products:
      columns: { product: text, category: text, cost: { type: decimal, scale: 3 } }
      key: product
      rows:
        - { product: p1, category: c1, cost: 1.125 }
        - { product: p2, category: c2, cost: 20 }
    categories:
      columns: { category: text, name: text }
      key: category
      rows:
        - { category: c1, name: Tea }
        - { category: c2, name: Coffee }
enrich:
  - table: products
    on: { field: product, column: product }
    take: { category: category, cost: { column: cost, type: decimal, scale: 3 } }
  - table: categories
    on: { field: category, column: category }
    take: { category_name: name }
windows:
  sales:
    description: Turnover by category
    tumbling: [10s, 1m]
    hopping: [{ size: 30s, advance: 10s }]
    where: kind == "order"
    by: [category_name, kind]
    aggregates:
      orders: count()
      turnover: sum(price * quantity)
      margin: sum((price - cost) * quantity)
      gifts: { value: count(), where: gift }
      cheapest: min(price)
      dearest: max(price)
      mean_weight: avg(weight)
      customers: count_distinct(customer)
      customers_about: approx_count_distinct(customer)
      price_p95: quantile(price, 0.95)
      first_product: first(product)
      last_price: last(price)
  totals:
    tumbling: [1m]
    aggregates:
      events: count()
      items: sum(quantity)
queries:
  top:
    description: Categories by turnover
    sql: |
      SELECT category_name, sum(turnover) AS turnover FROM shop_sales
      WHERE window_size = {size:UInt64} GROUP BY 1 ORDER BY 2 DESC LIMIT {limit:UInt32}
    params: { size: 60000, limit: 10 }
detect:
  rush:
    description: A customer who orders one thing after another
    kind: velocity
    by: [customer, kind]
    where: quantity > 1
    at_least: 3
    within: 10s
    distinct: product
    severity: critical
    cooldown: 30s
    forget: 1h
    finds: [rush]
  dear_minute:
    window: sales
    size: 1m
    kind: threshold
    condition: turnover > 1000 && first_product != "p2"
    value: turnover
`;

export function shopPlan(): Plan {
  return loadPipeline(shopYaml, 'shop.yaml');
}

/** The column of a plan's field. */
export function columnOf(plan: Plan, name: string): number {
  const column = plan.fields.findIndex((field) => field.name === name);
  if (column < 0) throw new Error(`no field "${name}" in ${plan.name}`);
  return column;
}

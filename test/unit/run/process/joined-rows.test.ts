import { expect, it } from 'vitest';
import { ReferenceDecoder } from '../../../../src/core/process/decode/reference.js';
import { Dictionary } from '../../../../src/core/process/dictionary.js';
import { EnrichmentTables } from '../../../../src/core/process/enrich.js';
import { JoinedRows } from '../../../../src/core/run/process/joined-rows.js';
import { columnOf, shopPlan } from '../../pipeline/fixtures.js';
import { fetched } from '../../process/support.js';

it('exchanges all rows: changed ones change, missing ones are gone, and back again', () => {
  const plan = shopPlan();
  const dictionary = new Dictionary();
  const tables = new EnrichmentTables(plan, dictionary);
  const decoder = new ReferenceDecoder(plan, dictionary);
  const joined = new JoinedRows(tables, plan.enrich.length);
  const names = () => {
    const event = { order_id: 'o', ordered_at: 1, customer: 'c', kind: 'order', quantity: 1, price: 1 };
    const values = ['p1', 'p2', 'p3'].map((product) => ({ ...event, product }));
    const batch = decoder.decode(fetched(values.map((value, offset) => ({ partition: 0, offset, value }))));
    tables.fill(batch);
    const column = batch.columns[columnOf(plan, 'category_name')]!;
    if (column.kind !== 'interned') throw new TypeError(column.kind);
    return Array.from(column.ids, (id) => (id < 0 ? null : dictionary.texts[id]));
  };
  const categories = [
    { key: 'c1', values: ['Tea'] },
    { key: 'c2', values: ['Coffee'] },
  ];
  const old = [
    [
      { key: 'p1', values: ['c1', 1125] },
      { key: 'p2', values: ['c2', 20_000] },
    ],
    categories,
  ];
  const next = [
    [
      { key: 'p1', values: ['c2', 1125] },
      { key: 'p3', values: ['c1', 1] },
    ],
    categories,
  ];
  expect(names()).toEqual([null, null, null]);
  for (const [rows, expected] of [
    [old, ['Tea', 'Coffee', null]],
    [next, ['Coffee', null, 'Tea']],
    [old, ['Tea', 'Coffee', null]],
    [old, ['Tea', 'Coffee', null]],
  ] as const) {
    joined.become(rows);
    expect(names()).toEqual(expected);
    expect(joined.rows()).toEqual(rows);
  }
  joined.apply([
    new Map([
      ['p1', null],
      ['p3', ['c2', 5]],
    ]),
    new Map([['c2', ['Beans']]]),
  ]);
  expect(names()).toEqual([null, 'Beans', 'Beans']);
});

import { describe, expect, it } from 'vitest';
import { describePlan } from '../../../src/core/pipeline/describe.js';
import { loadPipeline } from '../../../src/core/pipeline/load.js';
import { columnOf, shopYaml } from './fixtures.js';
import { type Edit, problemsOf } from './problems-of.js';

describe('loadPipeline, windows', () => {
  it.each<[what: string, edit: Edit, message: string]>([
    [
      'no size at all',
      ['    tumbling: [1m]\n', ''],
      'shop.yaml:69: windows.totals: expected tumbling: [sizes], hopping: [{size, advance}] or session: gap',
    ],
    [
      'a size of nothing',
      ['tumbling: [1m]', 'tumbling: [0]'],
      'shop.yaml:70: windows.totals.tumbling.0: expected a size above 0',
    ],
    [
      'an advance of nothing',
      ['advance: 10s', 'advance: 0s'],
      'shop.yaml:53: windows.sales.hopping.0: expected an advance above 0',
    ],
    [
      'a size that is no multiple',
      ['{ size: 30s, advance: 10s }', '{ size: 25s, advance: 10s }'],
      'shop.yaml:53: windows.sales.hopping.0: expected a size that is a multiple of the advance, got 25s and 10s',
    ],
    [
      'an advance above the size',
      ['{ size: 30s, advance: 10s }', '{ size: 10s, advance: 30s }'],
      'shop.yaml:53: windows.sales.hopping.0: expected a size that is a multiple of the advance, got 10s and 30s',
    ],
    [
      'a size twice',
      ['tumbling: [10s, 1m]', 'tumbling: [10s, 1m, 60s]'],
      'shop.yaml:52: windows.sales.tumbling.2: the size 1m is there twice',
    ],
    [
      'a size in both kinds',
      ['{ size: 30s,', '{ size: 60s,'],
      'shop.yaml:53: windows.sales.hopping.0: the size 1m is there twice',
    ],
    [
      'slices without number',
      ['tumbling: [1m]', 'tumbling: [1d, 17ms]'],
      'shop.yaml:69: windows.totals: expected at most 100000 slices in the longest size, got 86400000 of 1ms; take sizes and advances with a larger common divisor, or split the window',
    ],
    [
      'sessions and sizes',
      ['    tumbling: [1m]', '    tumbling: [1m]\n    session: 5m\n    by: [customer]'],
      'shop.yaml:69: windows.totals: expected sessions or sizes, got both; make two windows of them',
    ],
    [
      'sessions that are not grouped by the Kafka key',
      ['    tumbling: [1m]', '    session: 5m\n    by: [product]'],
      'shop.yaml:71: windows.totals.by: sessions need the Kafka key "customer" among the fields they are grouped by: only events with the same key come in one order, in one partition',
    ],
    [
      'sessions that are not grouped at all',
      ['    tumbling: [1m]', '    session: 5m'],
      'shop.yaml:69: windows.totals.by: sessions need the Kafka key "customer" among the fields they are grouped by: only events with the same key come in one order, in one partition',
    ],
    [
      'a gap of nothing',
      ['    tumbling: [1m]', '    session: 0s\n    by: [customer]'],
      'shop.yaml:70: windows.totals.session.gap: expected a gap above 0',
    ],
    [
      'a gap that is no duration',
      ['    tumbling: [1m]', '    session: soon\n    by: [customer]'],
      'shop.yaml:70: windows.totals.session: expected a duration in whole milliseconds such as 250ms, 5s or 1h30m, got "soon"',
    ],
    [
      'sessions that are cut before their gap is over',
      ['    tumbling: [1m]', '    session: { gap: 5m, max_duration: 1m }\n    by: [customer]'],
      'shop.yaml:70: windows.totals.session.max_duration: expected at least the gap, 5m, got 1m',
    ],
    [
      'a reserved name',
      ['  totals:', '  events:'],
      'shop.yaml:69: windows.events: a table of this pipeline has the name "events" already; take another name',
    ],
    [
      'the name of a table of rows',
      ['  totals:', '  sales_rows:'],
      'shop.yaml:69: windows.sales_rows: a table of this pipeline has the name "sales_rows" already; take another name',
    ],
    [
      'an unknown field in by',
      ['by: [category_name,', 'by: [category_nam,'],
      'shop.yaml:55: windows.sales.by.0: unknown field "category_nam"; did you mean "category_name"?',
    ],
    [
      'a float in by',
      ['by: [category_name,', 'by: [weight,'],
      'shop.yaml:55: windows.sales.by.0: expected a string, an int or a bool to group by, got "weight" of type float',
    ],
    [
      'a field twice in by',
      ['by: [category_name, kind]', 'by: [kind, kind]'],
      'shop.yaml:55: windows.sales.by.1: "kind" is listed twice',
    ],
    [
      'a filter that is no bool',
      ['where: kind == "order"', 'where: quantity'],
      'shop.yaml:54: windows.sales.where: expected a bool, got int at character 1; compare it with something',
    ],
    [
      'a filter that is an aggregate',
      ['where: gift', 'where: count() > 1'],
      'shop.yaml:60: windows.sales.aggregates.gifts.where: unexpected aggregate "count" at character 1; one stands alone under aggregates:, and in no filter',
    ],
    [
      'an unknown field in an aggregate',
      ['sum(quantity)', 'sum(quantty)'],
      'shop.yaml:73: windows.totals.aggregates.items: unknown field "quantty" at character 5; did you mean "quantity"?',
    ],
    [
      'a sum of a string',
      ['sum(quantity)', 'sum(kind)'],
      'shop.yaml:73: windows.totals.aggregates.items: sum expects a number, got string at character 5',
    ],
    [
      'no aggregates',
      ['    aggregates:\n      events: count()\n      items: sum(quantity)', '    aggregates: {}'],
      'shop.yaml:71: windows.totals.aggregates: expected at least one aggregate, such as events: count()',
    ],
    [
      'an aggregate named as a key',
      ['      orders: count()', '      kind: count()'],
      'shop.yaml:57: windows.sales.aggregates.kind: "kind" is grouped by; take another name',
    ],
    [
      'an aggregate with a reserved name',
      ['      orders: count()', '      window_end: count()'],
      'shop.yaml:57: windows.sales.aggregates.window_end: "window_end" is a column of every table of windows; take another name',
    ],
    [
      'an aggregate that is a number',
      ['events: count()', 'events: 1'],
      'shop.yaml:72: windows.totals.aggregates.events: expected a string, got 1',
    ],
  ])('%s', (_, edit, message) => {
    expect(problemsOf(edit)).toBe(message);
  });
});

describe('sessions', () => {
  const sessions = (session: string) =>
    loadPipeline(shopYaml.replace('    tumbling: [1m]', `    session: ${session}\n    by: [customer]`), 'shop.yaml');

  it.each([
    ['30m', 1_800_000, 86_400_000],
    ['{ gap: 30m }', 1_800_000, 86_400_000],
    ['{ gap: 1h, max_duration: 7d }', 3_600_000, 604_800_000],
    ['2d', 172_800_000, 172_800_000],
  ])('%s', (written, gap, maxDuration) => {
    const plan = sessions(written);
    expect(plan.windows[1]).toMatchObject({ kind: 'session', gap, maxDuration });
    expect(plan.fields[columnOf(plan, 'customer')]!.interned).toBe(true);
  });

  it('are described as the file writes them', () => {
    expect(describePlan(sessions('30m')).windows.totals).toMatchObject({
      session: { gap: '30m', max_duration: '1d' },
      by: ['customer'],
    });
  });
});

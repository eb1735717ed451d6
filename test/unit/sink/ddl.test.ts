import { describe, expect, it } from 'vitest';
import {
  alertShape,
  createAlertView,
  createTable,
  createView,
  rawShape,
  windowShape,
} from '../../../src/core/sink/ddl.js';
import { planOf, sessions, window } from './fixture.js';

const dayMs = 86_400_000;

describe('the raw table', () => {
  const sql = createTable(rawShape(planOf('shop', { store: { raw: { ttl: 7 * dayMs }, windows: {}, alerts: {} } })));

  it.each([
    ['the id as it came', "`event_id` String COMMENT 'the event\\'s identity' CODEC(ZSTD(1))"],
    ['strings of few values as a dictionary', '`kind` LowCardinality(String)'],
    ['the time', "`at` DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(1))"],
    ['strings of many values plainly', '`user_id` String CODEC(ZSTD(1))'],
    ['an optional int', '`quantity` Nullable(Int64) CODEC(ZSTD(1))'],
    ['a decimal with its scale', '`price` Nullable(Decimal(18, 2)) CODEC(ZSTD(1))'],
    ['a float', '`score` Nullable(Float64) CODEC(ZSTD(1))'],
    ['a bool', '`mobile` Nullable(Bool)'],
    ['an enriched field as nullable', '`category` LowCardinality(Nullable(String))'],
    ['where the row came from', '`_offset` UInt64'],
    ['a partition per UTC day of event time', 'PARTITION BY toDate(`at`)'],
    ['an order: kind, key, time', 'ORDER BY (`kind`, `user_id`, `at`)'],
    ['the file its TTL', 'TTL toDateTime(at) + toIntervalSecond(604800)'],
    ['memory of tokens', 'non_replicated_deduplication_window = 10000'],
  ])('has %s', (_, expected) => {
    expect(sql).toContain(expected);
  });

  it('is ordered as the file says, and says that a key may be null', () => {
    const plan = planOf('shop', { store: { raw: { order_by: ['category', 'at'] }, windows: {}, alerts: {} } });
    expect(createTable(rawShape(plan))).toContain('ORDER BY (`category`, `at`)\nSETTINGS');
    expect(createTable(rawShape(plan))).toContain("merge_selector_algorithm = 'Trivial'");
    expect(rawShape(plan).settings).toMatchObject({ allow_nullable_key: 1 });
  });

  it('has no TTL where the file has none', () => {
    expect(createTable(rawShape(planOf()))).not.toContain('TTL');
  });
});

describe('a window table', () => {
  const plan = planOf();
  const sql = createTable(windowShape(plan, window));

  it.each([
    ['counts that are never null', '`events` UInt64'],
    ['exact counts of distinct values', '`users` UInt64'],
    ['sums of ints in 128 bits', '`units` Nullable(Int128)'],
    ['sums of decimals in 38 digits', '`revenue` Nullable(Decimal(38, 2))'],
    ['averages as floats', '`average` Nullable(Float64)'],
    ["min in the argument's type", '`smallest` Nullable(Decimal(18, 2))'],
    ["last in the argument's type", '`newest` Nullable(String)'],
    ['rows that replace their earlier revisions', 'ENGINE = ReplacingMergeTree(_version)'],
    [
      'a key of size, slot of time, groups and start',
      'ORDER BY (`window_size`, toStartOfFiveMinutes(`window_start`), `kind`, `category`, `window_start`)',
    ],
    [
      'an index without the start',
      'PRIMARY KEY (`window_size`, toStartOfFiveMinutes(`window_start`), `kind`, `category`)\n',
    ],
  ])('has %s', (_, expected) => {
    expect(sql).toContain(expected);
  });

  it('is shown through a view of newest revisions', () => {
    expect(createView(plan, window)).toMatch(
      /^CREATE OR REPLACE VIEW `shop_sales` AS SELECT .* FROM `shop_sales_rows` FINAL$/,
    );
  });

  it('refuses an aggregate whose name is taken', () => {
    const clash = { ...window, aggregates: [{ ...window.aggregates[0]!, name: 'window_end' }] };
    expect(() => windowShape(plan, clash)).toThrow(
      'shop.yaml: windows.sales: two columns of the result table are named "window_end"',
    );
  });

  it('keeps decimals of more than 18 digits after the point in 128 bits', () => {
    const product = { name: 'top', function: 'max' as const, type: 'decimal' as const, scale: 20 };
    expect(createTable(windowShape(plan, { ...window, aggregates: [product] }))).toContain('Nullable(Decimal(38, 20))');
  });
});

describe('a table of sessions', () => {
  const plan = planOf('shop', { windows: [sessions] });
  const sql = createTable(windowShape(plan, sessions));

  it.each([
    ['rows that delete earlier ones', 'ENGINE = ReplacingMergeTree(_version, _deleted)'],
    [
      'a key of groups and start, after a size that is always 0',
      'ORDER BY (`window_size`, toStartOfFiveMinutes(`window_start`), `user_id`, `quantity`, `window_start`)',
    ],
    ['keys of many values plainly', '`user_id` String CODEC(ZSTD(1))'],
  ])('has %s', (_, expected) => {
    expect(sql).toContain(expected);
  });

  it('is shown without what is deleted, and without a column for that', () => {
    expect(createView(plan, sessions)).not.toContain('_deleted');
    expect(createView(plan, sessions)).toContain('FROM `shop_visits_rows` FINAL');
  });

  it('leaves the raw table its plain keys', () => {
    expect(createTable(rawShape(plan))).toContain('`user_id` String CODEC(ZSTD(1))');
  });
});

describe('the table of alerts', () => {
  const sql = createTable(alertShape(planOf('shop', { store: { raw: {}, windows: {}, alerts: { ttl: dayMs } } })));

  it.each([
    ['rows that replace each other', 'ENGINE = ReplacingMergeTree\n'],
    ['a key that is the same whenever an alert is raised again', 'ORDER BY (`detector`, `time`, `id`)'],
    ['a partition per UTC day of event time', 'PARTITION BY toDate(`time`)'],
    ['the file its TTL', 'TTL toDateTime(time) + toIntervalSecond(86400)'],
  ])('has %s', (_, expected) => {
    expect(sql).toContain(expected);
  });

  it('is shown through a view of one row each', () => {
    expect(createAlertView(planOf())).toMatch(
      /^CREATE OR REPLACE VIEW `shop_alerts` AS SELECT `id`, .* FROM `shop_alerts_rows` FINAL$/,
    );
  });
});

it('lets no name become SQL', () => {
  expect(() => createTable({ ...rawShape(planOf()), name: 'x` ENGINE = Null --' })).toThrow(
    'expected a name of letters',
  );
});

import { describe, expect, it } from 'vitest';
import { orderOf, rawShape, type TableShape, windowShape } from '../../../src/core/sink/ddl.js';
import { fitTable, type StoredTable } from '../../../src/core/sink/fit.js';
import { planOf, window } from './fixture.js';

const shape = rawShape(planOf('shop', { store: { raw: { ttl: 3_600_000 }, windows: {}, alerts: {} } }));

/** The shape as ClickHouse would report it. */
function stored(of: TableShape = shape): StoredTable {
  const settings = Object.entries(of.settings).map(([name, value]) => `${name} = ${value}`);
  const ttl = of.ttl ? ` TTL ${of.ttl}` : '';
  return {
    engine: of.engine.replace(/\(.*/, ''),
    engineFull: `${of.engine} PARTITION BY x ORDER BY y${ttl} SETTINGS ${settings.join(', ')}, index_granularity = 8192`,
    partitionKey: `toDate(${of.partitionTime})`,
    sortingKey: orderOf(of).join(', '),
    columns: of.columns.map(({ name, type }) => ({ name, type })),
  };
}

const without = (table: StoredTable, name: string): StoredTable => ({
  ...table,
  columns: table.columns.filter((column) => column.name !== name),
});
const retyped = (name: string, type: string): StoredTable => ({
  ...stored(),
  columns: stored().columns.map((column) => (column.name === name ? { name, type } : column)),
});
const added = (name: string, type: string): StoredTable => ({
  ...stored(),
  columns: [...stored().columns, { name, type }],
});

describe('a table that fits', () => {
  it.each([
    ['as it was made', stored()],
    ['with a string not yet kept as a dictionary', retyped('kind', 'String')],
    ['with a nullable column that the file no longer has', added('gone', 'Nullable(Int64)')],
    ['with a name printed in backticks', { ...stored(), sortingKey: 'kind, `user_id`, at' }],
  ])('%s', (_, table) => {
    expect(fitTable(shape, table)).toEqual({ alters: [], problems: [] });
  });

  it.each([
    ['with slots of time', 'window_size, toStartOfFiveMinutes(window_start), kind, category, window_start'],
    ['as windows were ordered before there were slots', 'window_size, kind, category, window_start'],
  ])('%s', (_, sortingKey) => {
    const windows = windowShape(planOf(), window);
    expect(fitTable(windows, { ...stored(windows), sortingKey })).toEqual({ alters: [], problems: [] });
  });
});

describe('a table that can be made to fit', () => {
  it.each([
    [
      'a new optional field',
      shape,
      without(stored(), 'price'),
      ['ALTER TABLE `shop_events` ADD COLUMN `price` Nullable(Decimal(18, 2)) CODEC(ZSTD(1)) AFTER `quantity`'],
    ],
    [
      'a new count',
      windowShape(planOf(), window),
      without(stored(windowShape(planOf(), window)), 'users'),
      ['ALTER TABLE `shop_sales_rows` ADD COLUMN `users` UInt64 CODEC(ZSTD(1)) AFTER `average`'],
    ],
    [
      'another TTL',
      shape,
      { ...stored(), engineFull: stored().engineFull.replace('3600', '60') },
      ['ALTER TABLE `shop_events` MODIFY TTL toDateTime(at) + toIntervalSecond(3600)'],
    ],
    ['no TTL any more', rawShape(planOf()), stored(), ['ALTER TABLE `shop_events` REMOVE TTL']],
    [
      'too short a memory of tokens',
      shape,
      { ...stored(), engineFull: stored().engineFull.replace('window = 10000', 'window = 100') },
      ['ALTER TABLE `shop_events` MODIFY SETTING non_replicated_deduplication_window = 10000'],
    ],
  ])('%s', (_, wanted, table, alters) => {
    expect(fitTable(wanted, table)).toEqual({ alters, problems: [] });
  });
});

describe('a table that does not fit', () => {
  it.each([
    [
      'a type',
      retyped('price', 'Nullable(Decimal(18, 3))'),
      'column price: expected Nullable(Decimal(18, 2)), found Nullable(Decimal(18, 3))',
    ],
    [
      'a required field more',
      without(stored(), 'user_id'),
      'column user_id: missing, and String has no value for the rows already stored',
    ],
    [
      'a required field fewer',
      added('gone', 'Int64'),
      'column gone: stored as Int64, but no longer in the pipeline file',
    ],
    ['the order', { ...stored(), sortingKey: 'at' }, 'expected ORDER BY (kind, user_id, at), found (at)'],
    [
      'the partition',
      { ...stored(), partitionKey: 'toYYYYMM(at)' },
      'expected PARTITION BY (toDate(at)), found (toYYYYMM(at))',
    ],
    ['the engine', { ...stored(), engine: 'View' }, 'expected engine MergeTree, found View'],
  ])('in %s', (_, table, problem) => {
    expect(fitTable(shape, table).problems).toEqual([problem]);
  });
});

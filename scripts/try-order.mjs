// What an order of the windows' rows costs those who ask: node scripts/try-order.mjs HOME
// HOME is a running one. Windows of ten seconds of 2,000 groups are stored: 1,500 starts in one part, 70 in seven, 5 in five; then the newest are asked
// for, a stretch long ago, a group, an hour, all of it.
import { compare, storeOf } from './store-cost.mjs';

const store = storeOf(process.argv[2] ?? '.pipe');
const { ask } = store;
const groups = 2_000;
const first = Date.UTC(2026, 1, 1);
const starts = [1_500, ...Array(7).fill(10), ...Array(5).fill(1)];
const newest = first + (starts.reduce((sum, each) => sum + each) - 1) * 10_000;
const floats = ['average', 'lowest', 'highest', 'median', 'p99', 'first_value', 'last_value'];
const orders = {
  'by group': 'ORDER BY (window_size, device_id, kind, window_start)',
  'by time': 'ORDER BY (window_size, window_start, device_id, kind)',
  'by hour': slotted('toStartOfHour'),
  'by ten minutes': slotted('toStartOfTenMinutes'),
  'by five minutes': slotted('toStartOfFiveMinutes'),
};

function slotted(slot) {
  const key = `window_size, ${slot}(window_start), device_id, kind`;
  return `PRIMARY KEY (${key}) ORDER BY (${key}, window_start)`;
}

const tables = Object.keys(orders).map((name) => [name, `try_order_${name.replace(/ /g, '_')}`]);
try {
  for (const [name, table] of tables) {
    await ask(`CREATE TABLE ${table} (window_size Int64 CODEC(ZSTD(1)), window_start DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(1)),
      window_end DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(1)), device_id LowCardinality(String), kind LowCardinality(Nullable(String)),
      readings UInt64 CODEC(ZSTD(1)), ${floats.map((each) => `${each} Nullable(Float64) CODEC(ZSTD(1))`).join(', ')},
      _version UInt64 CODEC(Delta(8), ZSTD(1)))
      ENGINE = ReplacingMergeTree(_version) PARTITION BY toDate(window_start) ${orders[name]}
      SETTINGS index_granularity = 1024, min_compress_block_size = 4096, max_compress_block_size = 16384, allow_nullable_key = 1,
        merge_selector_algorithm = 'Trivial'`);
    let row = 0;
    for (const count of starts) {
      const end = row + count * groups;
      await ask(
        `INSERT INTO ${table} SELECT 10000, fromUnixTimestamp64Milli(${first} + 10000 * intDiv(number, ${groups}), 'UTC') AS start, start + 10,
           'device_' || toString(number % ${groups}), 'kind' || toString(number % 7), 50 + rand() % 10,
           ${floats.map((_, index) => `rand(${index}) / 1e7`).join(', ')}, ${row} FROM numbers(${row}, ${end - row})`,
        { settings: { max_block_size: 1e7, max_insert_block_size: 1e7, min_insert_block_size_rows: 1e7 } },
      );
      row = end;
    }
  }
  const at = (ms) => `fromUnixTimestamp64Milli(${ms}, 'UTC')`;
  const page = (where, table, order = 'DESC') =>
    `SELECT * EXCEPT _version FROM ${table} FINAL WHERE window_size = 10000 AND ${where} ORDER BY window_start ${order}, device_id ${order} LIMIT 50 FORMAT JSONCompactEachRow`;
  const groupsOf = (where, table) =>
    `SELECT kind, sum(readings), avg(average) FROM ${table} FINAL WHERE ${where} GROUP BY kind FORMAT TSV`;
  const questions = {
    'newest, in 10 s': (table) => page(`window_start >= ${at(newest - 10_000)}`, table),
    'newest, in 40 s': (table) => page(`window_start >= ${at(newest - 40_000)}`, table),
    'newest, no bound': (table) => page('1', table),
    '10 s long ago': (table) =>
      page(`window_start >= ${at(first + 5e6)} AND window_start < ${at(first + 5.01e6)}`, table),
    'a group, in 12 min': (table) => page(`device_id = 'device_77' AND window_start >= ${at(newest - 720_000)}`, table),
    'a group, all time': (table) => page("device_id = 'device_77'", table),
    'an hour by kind': (table) => groupsOf(`window_start >= ${at(newest - 3_600_000)}`, table),
    'all by kind': (table) => groupsOf('1', table),
  };
  for (const [question, sql] of Object.entries(questions)) {
    const runs = Object.fromEntries(tables.map(([name, table]) => [name, () => ask(sql(table))]));
    for (const { name, ms, cpuMs } of await compare(store, runs, 10))
      console.log(`${question.padEnd(20)} ${name.padEnd(16)} ${ms} ms, CPU ${cpuMs} ms`);
  }
} finally {
  for (const [, table] of tables) await ask(`DROP TABLE IF EXISTS ${table}`);
}

// What rows of the domain iot cost ClickHouse, by the format in which they come: node scripts/try-inserts.mjs HOME
// HOME is a running one whose iot_events has at least 100,000 rows in partition 0. The rows go into a copy of the table and into one that keeps nothing.
import { compare, storeOf } from './store-cost.mjs';

const store = storeOf(process.argv[2] ?? '.pipe');
const { ask } = store;
const [kept, none] = ['try_inserts_kept', 'try_inserts_none'];
const oneBlock = {
  async_insert: 0,
  max_insert_threads: 1,
  input_format_parallel_parsing: 0,
  max_insert_block_size: 2 ** 40,
  min_insert_block_size_rows: 2 ** 40,
};
const columns = JSON.parse(
  await ask("SELECT name, type FROM system.columns WHERE table = 'iot_events' ORDER BY position FORMAT JSON"),
).data;
const plain = columns
  .map(({ name, type }) => [name, /^LowCardinality\((.*)\)$/.exec(type)?.[1]])
  .map(([name, type]) => (type ? `CAST(${name} AS ${type}) AS ${name}` : name));

await ask(`CREATE TABLE ${kept} AS iot_events`);
await ask(`CREATE TABLE ${none} (${columns.map(({ name, type }) => `${name} ${type}`).join(', ')}) ENGINE = Null`);
try {
  for (const [rows, times] of [
    [1, 60],
    [1_000, 60],
    [10_000, 20],
    [100_000, 5],
  ]) {
    const from = `FROM (SELECT * FROM iot_events WHERE _partition = 0 ORDER BY _offset LIMIT ${rows})`;
    const whole = { settings: { max_block_size: 2 ** 20 } };
    const bodies = {
      RowBinary: await ask(`SELECT * ${from} FORMAT RowBinary`),
      Native: await ask(`SELECT ${plain.join(', ')} ${from} FORMAT Native`, whole),
      'Native with dictionaries': await ask(`SELECT * ${from} FORMAT Native`, whole),
    };
    for (const table of [none, kept]) {
      const insert = ([name, body]) => {
        const query = `INSERT INTO ${table} FORMAT ${name.split(' ')[0]}`;
        return [name, () => ask(query, { body, settings: oneBlock })];
      };
      const cost = await compare(store, Object.fromEntries(Object.entries(bodies).map(insert)), times);
      for (const { name, ms, cpuMs } of cost)
        console.log(`${rows} rows, ${table === none ? 'Null' : 'kept'}  ${name.padEnd(24)}  ${ms} ms, CPU ${cpuMs} ms`);
      await ask(`TRUNCATE TABLE ${kept}`);
    }
  }
} finally {
  await ask(`DROP TABLE ${kept}`);
  await ask(`DROP TABLE ${none}`);
}

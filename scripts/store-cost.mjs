// What statements cost the ClickHouse of a home: for the scripts that compare them.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** `ask` sends a statement as the writer, `cpu` tells the CPU milliseconds that the server has used so far. */
export function storeOf(home) {
  const read = (...path) => JSON.parse(readFileSync(join(home, ...path), 'utf8'));
  const { address, pid } = read('run', 'clickhouse.json');
  const headers = {
    'x-clickhouse-user': 'pipe',
    'x-clickhouse-key': read('secrets', 'passwords.json').clickhouseWriter,
  };
  return {
    async ask(query, { body, settings = {} } = {}) {
      const url = new URL(`http://${address}/?wait_end_of_query=1`);
      for (const [name, value] of Object.entries(settings)) url.searchParams.set(name, value);
      if (body) url.searchParams.set('query', query);
      const response = await fetch(url, { method: 'POST', headers, body: body ?? query });
      const bytes = Buffer.from(await response.arrayBuffer());
      if (!response.ok) throw new Error(bytes.toString().slice(0, 300));
      return bytes;
    },
    cpu() {
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
      return (Number(fields[11]) + Number(fields[12])) * 10;
    },
  };
}

/** Runs each `times` times in each of five rounds, in turn; returns by name the medians of the rounds, per run: ms of the clock and of the server's CPU. */
export async function compare(store, runs, times) {
  const rounds = Object.fromEntries(Object.keys(runs).map((name) => [name, []]));
  for (let round = 0; round < 5; round++)
    for (const [name, run] of Object.entries(runs)) {
      await run();
      const [cpu, begun] = [store.cpu(), performance.now()];
      for (let n = 0; n < times; n++) await run();
      rounds[name].push([(performance.now() - begun) / times, (store.cpu() - cpu) / times]);
    }
  const median = (values) => values.sort((a, b) => a - b)[2].toFixed(1);
  return Object.entries(rounds).map(([name, all]) => ({
    name,
    ms: median(all.map(([ms]) => ms)),
    cpuMs: median(all.map(([, cpu]) => cpu)),
  }));
}

// How soon a ClickHouse that is killed is told of: node scripts/try-alerts.mjs [TIMES]
// In a home of its own, on free ports; each line has the seconds from kill -9 until Prometheus' alert fires and until `pipe top --once`, its own
// start included, shows it, and those from the end of `pipe up` until the alert has cleared.
import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const times = Number(process.argv[2] ?? 3);
const bin = fileURLToPath(new URL('../bin/run.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'pipe-alerts-'));
chmodSync(folder, 0o755);
const home = join(folder, 'home');

/** The JSON that a command answers; `status` and `top` exit 3 while a service is away, and answer all the same. */
async function pipe(...args) {
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [bin, ...args, '--home', home, '--json']);
    return JSON.parse(stdout);
  } catch (error) {
    if (error.code === 3 && args[0] !== 'up') return JSON.parse(error.stdout);
    throw error;
  }
}
const clickhouse = ({ services }) => services.find(({ name }) => name === 'clickhouse');

try {
  await pipe('up', '--any-port', '--with', 'prometheus');
  const url = (await pipe('env')).PROMETHEUS_URL;
  const ask = async (path) => (await (await fetch(`${url}/api/v1/${path}`)).json()).data;
  const fires = async () =>
    (await ask('alerts')).alerts.some(
      ({ state, labels }) => state === 'firing' && labels.alertname === 'PipeClickHouseDown',
    );
  const scraped = async () =>
    (await ask('targets')).activeTargets.some(({ labels, health }) => labels.job === 'clickhouse' && health === 'up');
  await until(scraped);
  for (let time = 0; time < times; time++) {
    process.kill(clickhouse(await pipe('status')).pid, 'SIGKILL');
    const killed = performance.now();
    const shows = async () => clickhouse(await pipe('top', '--once')).state === 'failed';
    const [fired, shown] = await Promise.all([until(fires), until(shows)]);
    await pipe('up');
    const returned = performance.now();
    const cleared = await until(async () => !(await fires()));
    const seconds = (from, to) => ((to - from) / 1000).toFixed(1);
    console.log(
      `fires after ${seconds(killed, fired)} s, clears after ${seconds(returned, cleared)} s; top shows it after ${seconds(killed, shown)} s`,
    );
    // A moment at random in Prometheus' five seconds.
    await sleep(5_000 * Math.random());
  }
} finally {
  await pipe('down', '--purge');
  rmSync(folder, { recursive: true });
}

/** The moment at which it was true. */
async function until(holds) {
  while (!(await holds())) await sleep(50);
  return performance.now();
}

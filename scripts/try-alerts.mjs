// How soon a ClickHouse that is killed is told of: node scripts/try-alerts.mjs [TIMES]
// In a home of its own, on free ports; each line has the seconds from kill -9 until Prometheus' alert fires, /ready answers 503, the page shows it and
// `pipe top --once`, its own start included, does, and those from the end of `pipe up` until all of them but top have cleared.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';

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
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
let served;
let browser;

try {
  await pipe('up', '--any-port', '--with', 'prometheus');
  served = spawn(process.execPath, [bin, 'serve', '--port', '0', '--home', home], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const [line] = await once(createInterface({ input: served.stderr }), 'line');
  const api = /http:\S+/.exec(line)[0];
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  const page = await browser.newPage();
  await page.goto(api);
  const url = (await pipe('env')).PROMETHEUS_URL;
  const ask = async (path) => (await (await fetch(`${url}/api/v1/${path}`)).json()).data;
  const fires = async () =>
    (await ask('alerts')).alerts.some(
      ({ state, labels }) => state === 'firing' && labels.alertname === 'PipeClickHouseDown',
    );
  const scraped = async () =>
    (await ask('targets')).activeTargets.some(({ labels, health }) => labels.job === 'clickhouse' && health === 'up');
  const ready = async () => (await fetch(`${api}/ready`)).ok;
  const onPage = async (state) =>
    (await page.locator('[data-service="clickhouse"]').getAttribute('data-state')) === state;
  await until(scraped);
  await until(() => onPage('ready'));
  for (let time = 0; time < times; time++) {
    process.kill(clickhouse(await pipe('status')).pid, 'SIGKILL');
    const killed = performance.now();
    const since = (from) => (at) => `${((at - from) / 1000).toFixed(1)} s`;
    const shown = await Promise.all([
      until(fires),
      until(async () => !(await ready())),
      until(() => onPage('failed')),
      until(async () => clickhouse(await pipe('top', '--once')).state === 'failed'),
    ]);
    await pipe('up');
    const returned = performance.now();
    const cleared = await Promise.all([
      until(async () => !(await fires())),
      until(ready),
      until(() => onPage('ready')),
    ]);
    const [alert, noLongerReady, pageShows, top] = shown.map(since(killed));
    console.log(`after the kill: alert ${alert}, /ready ${noLongerReady}, page ${pageShows}, top ${top}`);
    const [alertCleared, readyAgain, pageCleared] = cleared.map(since(returned));
    console.log(`after the return: alert ${alertCleared}, /ready ${readyAgain}, page ${pageCleared}`);
    // A moment at random in Prometheus' five seconds.
    await sleep(5_000 * Math.random());
  }
} finally {
  await browser?.close();
  if (served?.exitCode === null) {
    served.kill('SIGINT');
    await once(served, 'exit');
  }
  await pipe('down', '--purge');
  rmSync(folder, { recursive: true });
}

/** The moment at which it was true. */
async function until(holds) {
  while (!(await holds())) await sleep(50);
  return performance.now();
}

// How long the API's window queries take on much data while events come in: node scripts/try-api.mjs [MILLIONS] [REQUESTS]
// In a home of its own, on free ports: so many million sensor readings are stored, then 10,000 a second come in while the requests are sent, one
// after the other, behind a minute of them that are not counted: the merges of what was stored before end in it, and the server's code gets warm.
// Or against a server that is there, without that minute: node scripts/try-api.mjs http://127.0.0.1:8080 [REQUESTS]
// Each request differs from those before it: window, size, key, time range, order, page. The line "all" has the quantiles of them. Then ten viewers for
// twenty seconds: each asks for the newest rows of every window once a second, as the page does every two.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const [first = '10', requests = '1000'] = process.argv.slice(2);
const bin = fileURLToPath(new URL('../bin/run.js', import.meta.url));

if (first.startsWith('http')) await measure(first, Number(requests));
else await measureOwn(Number(first) * 1e6, Number(requests));

async function measureOwn(rows, count) {
  const folder = mkdtempSync(join(tmpdir(), 'pipe-api-'));
  chmodSync(folder, 0o755);
  const home = join(folder, 'home');
  const pipe = (...args) => promisify(execFile)(process.execPath, [bin, ...args, '--home', home], { maxBuffer: 1e8 });
  const started = [];
  const start = (...args) => {
    const child = spawn(process.execPath, [bin, ...args, '--home', home], { stdio: ['ignore', 'ignore', 'pipe'] });
    started.push(child);
    return createInterface({ input: child.stderr });
  };
  try {
    await pipe('up', '--any-port');
    await pipe('seed', '--domain', 'iot');
    start('process', '--domain', 'iot');
    console.log(`storing ${rows.toLocaleString('en')} readings`);
    await pipe('generate', '--domain', 'iot', '--count', String(rows), '--rate', '40000', '--seed', '1');
    start('generate', '--domain', 'iot', '--rate', '10000', '--duration', '30m', '--seed', '2');
    const lines = start('serve', '--port', '0', '--rate-limit', '100000');
    const [line] = await once(lines, 'line');
    const url = /http:\S+/.exec(line)[0];
    await caughtUp(url);
    await warmUp(url);
    await measure(url, count);
  } finally {
    for (const child of started.filter(({ exitCode }) => exitCode === null)) {
      child.kill('SIGINT');
      await once(child, 'exit');
    }
    await pipe('down', '--purge');
    rmSync(folder, { recursive: true });
  }
}

async function caughtUp(url) {
  for (;;) {
    const { pipelines } = await (await fetch(`${url}/v1/snapshot`)).json();
    const iot = pipelines.find(({ pipeline }) => pipeline === 'iot');
    if (iot?.engine?.lag < 20_000 && iot.generator?.acked_per_s > 9_000) return;
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
}

async function warmUp(url) {
  const { there, devices } = await subjects(url);
  const end = performance.now() + 60_000;
  for (let n = 0; performance.now() < end; n++) await timed(url, requestOf(n, there, devices).query);
}

async function subjects(url) {
  const { windows } = await (await fetch(`${url}/v1/pipelines/iot`)).json();
  const sized = windows.flatMap(({ name, sizes }) => sizes.map((size) => ({ name, size })));
  // An hour's windows are there once an hour is over.
  const there = [];
  for (const { name, size } of sized)
    if ((await (await fetch(`${url}/v1/pipelines/iot/windows/${name}?size=${size}&limit=1`)).json()).rows.length > 0)
      there.push({ name, size });
  const { rows: devices } = await (await fetch(`${url}/v1/pipelines/iot/windows/device_stats?limit=2000`)).json();
  return { windows, there, devices };
}

/** Milliseconds until the last byte was read. */
async function timed(url, query) {
  const begun = performance.now();
  const response = await fetch(url + query);
  const { rows } = await response.json();
  if (!response.ok || rows.length === 0) throw new Error(`${query}: ${response.status}, ${rows?.length} rows`);
  return performance.now() - begun;
}

async function measure(url, count) {
  const { windows, there, devices } = await subjects(url);
  const took = new Map();
  for (let n = 0; n < count; n++) {
    const { kind, query } = requestOf(n, there, devices);
    took.set(kind, [...(took.get(kind) ?? []), await timed(url, query)]);
  }
  const { pipelines } = await (await fetch(`${url}/v1/snapshot`)).json();
  const { generator, engine } = pipelines.find(({ pipeline }) => pipeline === 'iot') ?? {};
  const perS = (rate) => (rate ?? 0).toFixed(0);
  console.log(
    `at ${perS(generator?.acked_per_s)} events/s in, ${perS(engine?.consumed_per_s)}/s through, lag ${engine?.lag ?? 'unknown'}`,
  );
  for (const [kind, all] of took) tell(kind, all);
  tell('all', [...took.values()].flat());
  tell('ten viewers', await watched(url, windows));
}

/** Milliseconds of each request; viewers begin spread over a second. */
async function watched(url, windows) {
  const took = [];
  const view = async (viewer) => {
    await new Promise((resolve) => setTimeout(resolve, viewer * 100));
    for (let second = 0; second < 20; second++) {
      const next = performance.now() + 1_000;
      for (const { name, sizes } of windows) {
        const begun = performance.now();
        const response = await fetch(`${url}/v1/pipelines/iot/windows/${name}?size=${sizes[0]}&limit=300`);
        if (!response.ok) throw new Error(`${name}: ${response.status}`);
        await response.text();
        took.push(performance.now() - begun);
      }
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, next - performance.now())));
    }
  };
  await Promise.all(Array.from({ length: 10 }, (_, viewer) => view(viewer)));
  return took;
}

/** The same sequence in each run, but for the data. */
function requestOf(n, windows, devices) {
  const { name, size } = windows[n % windows.length];
  const limit = 20 + (n % 81);
  const path = `/v1/pipelines/iot/windows/${name}?size=${size}&limit=${limit}`;
  const minutes = 1 + (n % 9);
  const device = devices[n % devices.length].device_id;
  switch (Math.floor(n / windows.length) % 4) {
    case 0:
      return { kind: 'newest', query: path };
    case 1:
      return {
        kind: 'time range',
        query: `${path}&from=${Date.now() - 86_400_000 - n}&to=${Date.now() - n}&order=asc`,
      };
    case 2:
      return { kind: 'last minutes', query: `${path}&from=${size.endsWith('h') ? 200 : minutes + 12}m` };
    default:
      return {
        kind: 'one device',
        query: `/v1/pipelines/iot/windows/device_stats?size=10s&limit=${limit}&key.device_id=${device}&from=${60 + n}m`,
      };
  }
}

function tell(kind, all) {
  const sorted = [...all].sort((a, b) => a - b);
  const at = (quantile) => sorted[Math.min(sorted.length - 1, Math.floor(quantile * sorted.length))].toFixed(1);
  console.log(
    `${kind.padEnd(13)} ${sorted.length} requests  p50 ${at(0.5)} ms  p95 ${at(0.95)} ms  p99 ${at(0.99)} ms  max ${at(1)} ms`,
  );
}

/**
 * What `pipe bench compare` says of runs that are known to be alike, and of runs whose sink is known to be slower: a stack of its own, and a proxy
 * before ClickHouse that holds its answers back.
 *   node scripts/try-compare.mjs [--pairs 20] [--slow 8] [--slower 0.15] [--rate 2000] [--duration 10s] [--domain iot] [--keep DIR]
 * Needs a build, and a machine that does nothing else. The seed is the same in every run. One JSON line at the end.
 */
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { execa } from 'execa';
import { profileName, proxyStack } from '../dist/core/chaos/proxy/proxied-stack.js';
import { homeAt } from '../dist/core/runtime/home.js';
import { nodeRuntime } from '../dist/core/runtime/node-runtime.js';
import { resolveEndpoints } from '../dist/core/stack/stack.js';

const { values: flags } = parseArgs({
  options: {
    pairs: { type: 'string', default: '20' },
    slow: { type: 'string', default: '8' },
    slower: { type: 'string', default: '0.15' },
    rate: { type: 'string', default: '2000' },
    duration: { type: 'string', default: '10s' },
    domain: { type: 'string', default: 'iot' },
    keep: { type: 'string' },
  },
});
const bin = fileURLToPath(new URL('../bin/run.js', import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'pipe-try-compare-'));
const home = homeAt(join(root, 'home'));
const runs = flags.keep ? resolve(flags.keep) : join(root, 'runs');

try {
  await pipe(['up']);
  await pipe(['seed', '--domain', flags.domain]);
  await tried(await proxyStack(home, await resolveEndpoints(nodeRuntime(), home)));
} finally {
  await pipe(['down', '--purge']);
  rmSync(root, { recursive: true });
}

async function tried(proxied) {
  const bench = async (name) => {
    const file = join(runs, `${name}.json`);
    const load = [
      '--domain',
      flags.domain,
      '--rate',
      flags.rate,
      '--duration',
      flags.duration,
      '--warmup',
      '3s',
      '--seed',
      '1',
    ];
    const ran = await pipe(['bench', '--profile', profileName, ...load, '--quick', '--summary-export', file], proxied);
    const { e2e, sink } = JSON.parse(ran.stdout).latency_ms;
    console.error(`${name}: e2e p50 ${e2e.p50} p99 ${e2e.p99}, sink p50 ${sink.p50} ms`);
    return { file, sink: sink.p50 };
  };
  try {
    const known = [await bench('first'), await bench('second'), await bench('third')];
    const different = [];
    for (let pair = 1; pair <= Number(flags.pairs); pair++) {
      const [a, b] = [await bench(`${pair}-a`), await bench(`${pair}-b`)];
      known.push(a, b);
      const changes = await changesOf(a.file, b.file);
      if (changes.length > 0) different.push(changes);
      console.error(`pair ${pair}: ${changes.join(', ') || 'no difference shown'}`);
    }
    const usual = known.map(({ sink }) => sink).sort((a, b) => a - b)[known.length >> 1];
    const delay = Math.max(1, Math.round(usual * Number(flags.slower)));
    const [unchanged, slowed] = [[], []];
    // In turns, so that a drift of the machine's is in both.
    for (let run = 1; run <= Number(flags.slow); run++) {
      proxied.proxies.clickhouse.mend();
      unchanged.push(await bench(`usual-${run}`));
      proxied.proxies.clickhouse.slow(delay, 'answers');
      slowed.push(await bench(`slow-${run}`));
    }
    const found = { single: [], sets: await changesOf(setOf('usual', unchanged), setOf('slowed', slowed)) };
    for (const [index, { file }] of slowed.entries()) found.single.push(await changesOf(unchanged[index].file, file));
    console.log(
      JSON.stringify({
        pairs: Number(flags.pairs),
        called_different: different.length,
        different,
        sink_p50_ms: usual,
        delay_ms: delay,
        slower: delay / usual,
        found_between_single_runs: found.single,
        found_between_sets: found.sets,
      }),
    );
  } finally {
    await proxied.close();
  }
}

/** A folder of these runs alone. */
function setOf(name, records) {
  const folder = join(root, name);
  mkdirSync(folder);
  for (const { file } of records) cpSync(file, join(folder, basename(file)));
  return folder;
}

/** What the comparison calls different, with the change. */
async function changesOf(a, b) {
  const { metrics } = JSON.parse((await pipe(['bench', 'compare', a, b])).stdout);
  return metrics
    .filter(({ verdict }) => verdict !== 'no_difference')
    .map(({ name, change, verdict }) => `${name} ${verdict} ${(100 * change).toFixed(1)} %`);
}

function pipe(args, { cwd = root, env = {} } = {}) {
  return execa(process.execPath, [bin, ...args, '--json', '--home', home.root], { cwd, env });
}

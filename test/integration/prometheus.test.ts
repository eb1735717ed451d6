import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunFile } from '../../src/core/stack/process/run-file.js';
import { eventually } from './eventually.js';
import { pipe } from './pipe.js';

interface Status {
  services: { name: string; state: string; address: string }[];
}

const folder = mkdtempSync(join(tmpdir(), 'pipe-prometheus-'));
chmodSync(folder, 0o755);
const home = join(folder, 'home');
const run = (...args: string[]) => pipe([...args, '--home', home]);
let url: string;

/** What Prometheus' API answers under `data`. */
async function ask<T>(path: string): Promise<T> {
  const { data } = (await (await fetch(`${url}/api/v1/${path}`)).json()) as { data: T };
  return data;
}

const firing = async () =>
  (await ask<{ alerts: { state: string; labels: { alertname: string } }[] }>('alerts')).alerts.some(
    ({ state, labels }) => state === 'firing' && labels.alertname === 'PipeClickHouseDown',
  );
const targets = async () =>
  (await ask<{ activeTargets: { labels: { job: string }; health: string }[] }>('targets')).activeTargets.map(
    ({ labels, health }) => [labels.job, health],
  );

// Where there is no Prometheus it is left out; in CI, which installs it, what is left out fails.
describe.skipIf(spawnSync('prometheus', ['--version']).error)('Prometheus beside the stack', () => {
  beforeAll(async () => {
    const up = await run('up', '--any-port', '--with', 'prometheus', '--json');
    expect(up.stderr).toBe('');
    expect(up.exitCode).toBe(0);
    url = (await run('env', '--json')).json<{ PROMETHEUS_URL: string }>().PROMETHEUS_URL;
  });

  afterAll(async () => {
    await run('down', '--purge');
    rmSync(folder, { recursive: true, force: true });
  });

  it('is a part of the stack from then on', async () => {
    const { services } = (await run('status', '--json')).json<Status>();
    expect(services.map(({ name, state }) => [name, state])).toContainEqual(['prometheus', 'ready']);
    expect((await run('up', '--json')).json<Status>().services.map(({ name }) => name)).toContain('prometheus');
    expect((await run('logs', 'prometheus')).stdout).toMatch(/ready to receive/);
  });

  it('judges each of the rules without an error', async () => {
    const rules = async () =>
      (await ask<{ groups: { rules: { name: string; health: string }[] }[] }>('rules')).groups.flatMap(
        (group) => group.rules,
      );
    expect((await rules()).map(({ name }) => name)).toContain('PipeLagGrowing');
    await eventually('each rule was judged', async () => (await rules()).every(({ health }) => health === 'ok'));
  });

  it('tells of a ClickHouse that was killed, until it is back', async () => {
    await eventually('ClickHouse is scraped', async () =>
      (await targets()).some((each) => `${each}` === 'clickhouse,up'),
    );
    const { pid }: RunFile = JSON.parse(readFileSync(join(home, 'run/clickhouse.json'), 'utf8'));
    process.kill(pid, 'SIGKILL');
    await eventually('the alert fires', firing);
    expect((await run('up', '--json')).exitCode).toBe(0);
    await eventually('the alert clears', async () => !(await firing()));
  });

  it('is left out again after down, and a stack without it is whole', async () => {
    expect((await run('down', '--json')).json<{ stopped: string[] }>().stopped).toContain('prometheus');
    expect((await run('up', '--json')).json<Status>().services.map(({ name }) => name)).not.toContain('prometheus');
    expect((await run('status')).exitCode).toBe(0);
  });

  it('says what is missing where there is none', async () => {
    const bin = join(folder, 'bin');
    mkdirSync(bin);
    symlinkSync(process.execPath, join(bin, 'node'));
    const up = await pipe(['up', '--with', 'prometheus', '--home', home, '--json'], { env: { PATH: bin } });
    expect(up.json()).toMatchObject({ error: { code: 'PROMETHEUS_MISSING' } });
    expect(up.exitCode).toBe(3);
    expect((await run('up', '--with', 'grafana')).exitCode).toBe(2);
  });
});

import { spawnSync } from 'node:child_process';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from './eventually.js';
import { withClickHouseKilled } from './killed-clickhouse.js';
import { Loop, Running } from './loop.js';
import { ownPipeline } from './own-pipeline.js';
import { binary, pipe } from './pipe.js';

const name = 'seen';
const file = ownPipeline(name);
const loop = new Loop(file);
/** A server of its own, which these tests end. */
const socket = `pipe-test-${process.pid}`;
const tmux = async (...args: string[]) => (await execa('tmux', ['-u', '-L', socket, ...args])).stdout;
const screen = async () => (await tmux('capture-pane', '-p', '-t', 'top')).split('\n').map((line) => line.trimEnd());
const press = (...keys: string[]) => tmux('send-keys', '-t', 'top', ...keys);
const shows = (wanted: RegExp) =>
  eventually(`the screen shows ${wanted}`, async () => {
    const lines = await screen();
    return lines.some((line) => wanted.test(line)) && lines;
  }).catch(async (error: Error) => {
    throw new Error([error.message, ...(await screen())].join('\n'));
  });

// Where there is no tmux it is left out; in CI, which installs it, what is left out fails.
describe.skipIf(spawnSync('tmux', ['-V']).error)('pipe top in a terminal', () => {
  let engine: Running;
  let generator: Running;

  beforeAll(async () => {
    engine = new Running(['process', ...loop.select, '--home', loop.home, '--json'], { lasting: true });
    const load = ['--rate', '200', '--duration', '10m', '--seed', '4', '--corrupt', '0.05'];
    generator = new Running(['generate', ...loop.select, '--home', loop.home, '--json', ...load], { lasting: true });
    // A terminal is drawn on where CI is set, too.
    const top = `CI=1 node ${binary} top --home ${loop.home} --pipeline ${file}; echo left with $?; exec sleep 600`;
    await tmux('new-session', '-d', '-s', 'top', '-x', '80', '-y', '24', top);
  });
  afterAll(async () => {
    await tmux('kill-server');
    await generator.end('SIGTERM');
    await engine.end('SIGTERM');
  });

  it('fits 80 columns and 24 rows, with rates and bars', async () => {
    const lines = await shows(/^ {2}out +[▁-█].*\/s judged/);
    expect(lines).toContain(name);
    expect(lines[0]).toMatch(/^pipe \[1 overview\]/);
    expect(lines.at(-2)).toMatch(/q quit +\d\d:\d\d:\d\d UTC$/);
    expect(lines).toHaveLength(24);
  });

  it('Tab and digits show the other panes, each with what it is for', async () => {
    await press('Tab');
    await shows(new RegExp(`^› ${name} +0 +\\d+`));
    await press('3');
    await shows(/^› stats +1s +\d\d:\d\d:\d\d +[abc] +events \d+/);
    await press('5');
    await shows(new RegExp(`^${name}: \\d+: .*not_json \\d+`));
    await press('6');
    await shows(/^› kafka +ready/);
  });

  it('arrows, Enter and Esc go into a row and back', async () => {
    await press('Down');
    await shows(/^› postgres +ready/);
    await press('Enter');
    const lines = await shows(/^ {2}service +postgres$/);
    expect(lines.some((line) => line.includes('kafka'))).toBe(false);
    await press('Escape');
    await shows(/^› postgres +ready/);
  });

  it('/ leaves only the rows that have the text', async () => {
    await press('/', 'c', 'l', 'i', 'c', 'k');
    const lines = await shows(/^\/click_/);
    expect(lines.filter((line) => / ready +127/.test(line))).toEqual([expect.stringContaining('clickhouse')]);
    await press('Escape');
    await shows(/^› kafka +ready/);
  });

  it('takes the room of a larger terminal, and of a smaller one again', async () => {
    await press('1');
    await tmux('resize-window', '-t', 'top', '-x', '200', '-y', '60');
    // Six characters of a label, sixty of bars.
    await shows(/^ {2}out {7} *[▁-█ ]{20,}.*\/s judged, .* window rows, .* alerts$/);
    expect(await screen()).toHaveLength(60);
    await press('3');
    await shows(/sensors \d+, first_sensor/);
    await tmux('resize-window', '-t', 'top', '-x', '80', '-y', '24');
    await eventually('it fits again', async () => {
      const lines = await screen();
      return lines.length === 24 && lines[0]!.startsWith('pipe') && /q quit/.test(lines.at(-2)!);
    });
  });

  it('a ClickHouse that is killed shows, and what was read stays; so does its return', async () => {
    await withClickHouseKilled(async () => {
      await shows(/^seen: .*(did not answer|not running)/);
      expect((await screen()).some((line) => /^. stats +1s/.test(line))).toBe(true);
      await press('1');
      await shows(/✗ clickhouse failed/);
    });
    await shows(/✓ clickhouse/);
  });

  it('q leaves, what was there before is there again, and what runs goes on', async () => {
    await press('q');
    await shows(/^left with 0$/);
    const { pipelines } = (await pipe(['top', '--once', '--json', '--home', loop.home])).json<{
      pipelines: { pipeline: string; engine: unknown }[];
    }>();
    expect(pipelines.find(({ pipeline }) => pipeline === name)?.engine).not.toBeNull();
  });
});

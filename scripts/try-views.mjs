// The same figures in all views of a load that runs: node scripts/try-views.mjs API PROMETHEUS HOME PIPELINE [TIMES]
// Each line has in, out (events a second) and lag by `pipe top` in a terminal, the API, the page and Prometheus, asked for at the same moment.
import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const [api, prometheus, home, pipeline, times = '3'] = process.argv.slice(2);
const bin = fileURLToPath(new URL('../bin/run.js', import.meta.url));
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const tmux = (...words) => execFileSync('tmux', ['-L', `pipe-views-${process.pid}`, ...words], { encoding: 'utf8' });
tmux('new-session', '-d', '-x', '100', '-y', '30', process.execPath, bin, 'top', '--home', home);
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
const page = await browser.newPage();
await page.goto(`${api}/#${pipeline}`);
await page.locator('data[data-figure="lag"]').waitFor();
// Until the terminal's rates reach as far back as the others.
await sleep(15_000);

for (let time = 0; time < Number(times); time++) {
  const views = await Promise.all([
    top(),
    ofSnapshot(await (await fetch(`${api}/v1/snapshot`)).json()),
    onPage(),
    recorded(),
  ]);
  const shown = ([name, ...figures]) => `${name} ${figures.map((figure) => Math.round(figure)).join(' / ')}`;
  const names = ['top', 'API', 'page', 'Prometheus'];
  console.log(views.map((view, index) => shown([names[index], ...view])).join('   '));
  await sleep(5_000);
}
await browser.close();
tmux('kill-server');

/** As the terminal shows it, to whole events. */
function top() {
  const screen = tmux('capture-pane', '-p');
  const figure = (label, unit) => {
    const [, figures] = new RegExp(`^ {2}${label} +[▁-█ ]* {2}([\\d,]+)${unit}`, 'm').exec(screen) ?? [];
    return Number(figures?.replaceAll(',', ''));
  };
  return [figure('in', '/s'), figure('out', '/s'), figure('lag', ',')];
}

function ofSnapshot({ pipelines }) {
  const { generator, engine } = pipelines.find((each) => each.pipeline === pipeline);
  return [generator?.acked_per_s, engine?.consumed_per_s, engine?.lag];
}

function onPage() {
  const figure = async (name) => Number(await page.locator(`data[data-figure="${name}"]`).getAttribute('value'));
  return Promise.all(['in', 'out', 'lag'].map(figure));
}

async function recorded() {
  const of = async (query) => {
    const answer = await fetch(`${prometheus}/api/v1/query?query=${encodeURIComponent(query)}`);
    return Number((await answer.json()).data.result[0]?.value[1]);
  };
  const labels = `{pipeline="${pipeline}"}`;
  return Promise.all([
    of(`sum(rate(pipe_generator_acked_records_total${labels}[15s]))`),
    of(`sum(rate(pipe_engine_records_total${labels}[15s]))`),
    of(`sum(pipe_engine_lag_records${labels})`),
  ]);
}

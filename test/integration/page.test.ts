import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from './eventually.js';
import { Loop, Running } from './loop.js';
import { ownPipeline } from './own-pipeline.js';
import { Served } from './served.js';

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const name = 'paged';
const loop = new Loop(ownPipeline(name));

interface Look {
  pipeline: string;
  engine: {
    lag: number;
    alerts: number;
    records: { aggregated: number; late: number; duplicate: number; dead_letter: number };
  } | null;
}

// Where there is no Chromium it is left out; in CI, which installs it, what is left out fails.
describe.skipIf(!existsSync(executablePath))('the page', () => {
  let api: Served;
  let engine: Running;
  let browser: Browser;
  let page: Page;
  const troubles: string[] = [];

  beforeAll(async () => {
    engine = new Running(['process', ...loop.select, '--home', loop.home, '--json'], { lasting: true });
    await loop.generate('--rate', '500', '--duration', '8s', '--seed', '2', '--corrupt', '0.01', '--repeat', '0.02');
    api = await Served.start(loop.home, loop.select);
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
    page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    page.on('console', (message) => troubles.push(message.text()));
    page.on('pageerror', (error) => troubles.push(error.message));
    page.on('request', (request) => {
      if (!request.url().startsWith(api.url)) troubles.push(request.url());
    });
    await page.goto(`${api.url}/#${name}`);
  });
  afterAll(async () => {
    await browser?.close();
    await api?.end();
    await engine?.end('SIGTERM');
  });

  const figure = async (label: string) =>
    Number(await page.locator(`data[data-figure="${label}"]`).getAttribute('value'));
  const served = async () => {
    const { pipelines } = await api.json<{ pipelines: Look[] }>('/v1/snapshot');
    return pipelines.find(({ pipeline }) => pipeline === name)!.engine!;
  };
  const connection = (wanted: string) => page.locator(`[data-connection="${wanted}"]`).waitFor();

  it('shows the figures that the API answers', async () => {
    await eventually('the engine is through', async () => (await served()).lag === 0);
    const { records, lag, alerts } = await served();
    await eventually('the page has them', async () => (await figure('duplicates')) === records.duplicate);
    expect({
      lag: await figure('lag'),
      late: await figure('late'),
      dead: await figure('dead letters'),
      alerts: await figure('alerts'),
    }).toEqual({ lag, late: records.late, dead: records.dead_letter, alerts });
    expect(records.dead_letter).toBeGreaterThan(0);
    expect(await page.locator('[data-service="clickhouse"]').getAttribute('data-state')).toBe('ready');
  });

  it('shows a panel for each window of the pipeline file, with the rows of the API', async () => {
    const panels = await Promise.all(
      (await page.locator('[data-window]').all()).map((panel) => panel.getAttribute('data-window')),
    );
    expect(panels).toEqual(['stats', 'moving']);
    const { rows } = await api.json<{ rows: { window_start: string; kind: string; events: number }[] }>(
      `/v1/pipelines/${name}/windows/stats?size=1s&limit=20`,
    );
    const newest = rows.filter(({ window_start }) => window_start === rows[0]!.window_start);
    const cells = page.locator('[data-window="stats"] tbody tr');
    await eventually('as many rows', async () => (await cells.count()) === newest.length);
    const shown = await Promise.all(
      (await cells.all()).map(async (row) => (await row.locator('td').allTextContents()).slice(0, 3)),
    );
    const expected = newest.map(({ window_start, kind, events }) => [window_start.slice(11, 19), kind, String(events)]);
    expect(shown.sort()).toEqual(expected.sort());
  });

  it('has what runs as it changes', async () => {
    const before = await figure('out');
    expect(before).toBe(0);
    const generator = loop.start('generate', '--rate', '300', '--duration', '10s', '--seed', '5');
    await eventually('the rate is there', async () => (await figure('out')) > 0);
    await page.locator('[data-service="generator"][data-state="running"]').waitFor();
    await generator.ended();
  });

  it('shows others of the size that is chosen', async () => {
    await page.getByLabel('Size of stats').selectOption('10s');
    const { rows } = await api.json<{ rows: { window_start: string }[] }>(
      `/v1/pipelines/${name}/windows/stats?size=10s`,
    );
    const starts = page.locator('[data-window="stats"] tbody td:first-child');
    await eventually('the newest of ten seconds', async () =>
      (await starts.allTextContents()).includes(rows[0]!.window_start.slice(11, 19)),
    );
  });

  it('draws its charts', async () => {
    const drawn = await page.locator('.plot canvas').evaluateAll((all) =>
      all.map((canvas) => {
        const { width, height } = canvas as unknown as { width: number; height: number };
        return width > 100 && height > 100;
      }),
    );
    expect(drawn.length).toBeGreaterThanOrEqual(4);
    expect(drawn.every(Boolean)).toBe(true);
  });

  it('lists dead letters once they are asked for', async () => {
    await page.getByRole('heading', { name: /^Dead letters/ }).click();
    const { by_reason: reasons } = await api.json<{ by_reason: Record<string, number> }>(
      `/v1/pipelines/${name}/dead-letters`,
    );
    const [reason] = Object.keys(reasons);
    await page.locator('details').getByText(`${reason} ${reasons[reason!]}`).waitFor();
  });

  it('names all that can be pressed or chosen, and fits a phone', async () => {
    const nameless = await page.evaluate(
      `[...document.querySelectorAll('button, select, input, a, [role=img]')].filter((each) => !each.getAttribute('aria-label') && !each.textContent.trim()).length`,
    );
    expect(nameless).toBe(0);
    await page.setViewportSize({ width: 390, height: 844 });
    // Charts are told of their new width, and draw anew.
    await eventually('nothing is wider than the phone', async () =>
      page.evaluate<boolean>('document.documentElement.scrollWidth <= innerWidth'),
    );
    await page.setViewportSize({ width: 1280, height: 900 });
  });

  it.each(['light', 'dark'] as const)('has text that stands out, %s', async (colorScheme) => {
    await page.emulateMedia({ colorScheme });
    await page.locator(`html[data-theme="${colorScheme}"]`).waitFor();
    const faint = (await page.evaluate(contrasts)) as { text: string; ratio: number }[];
    expect(faint.filter(({ ratio }) => ratio < 4.5)).toEqual([]);
  });

  it('said nothing on the console and asked no other host', () => {
    expect(troubles).toEqual([]);
  });

  it('tells of a server that is away, and goes on when it is back', async () => {
    const { port } = new URL(api.url);
    await api.end();
    await connection('lost');
    api = await Served.start(loop.home, loop.select, port);
    await connection('live');
    const { records } = await served();
    await eventually('its figures are there', async () => (await figure('duplicates')) === records.duplicate);
  });

  it('asks for the token of a server that wants one', async () => {
    const guarded = await Served.start(loop.home, [...loop.select, '--token', 'open-sesame']);
    const visitor = await browser.newPage();
    await visitor.goto(`${guarded.url}/#${name}`);
    await visitor.getByLabel(/Token of this server/).fill('wrong');
    await visitor.getByRole('button', { name: 'Enter' }).click();
    await visitor.getByLabel(/Token of this server/).fill('open-sesame');
    await visitor.getByRole('button', { name: 'Enter' }).click();
    await visitor.locator('[data-connection="live"]').waitFor();
    await visitor.locator('data[data-figure="lag"]').waitFor();
    await visitor.close();
    await guarded.end();
  });
});

/** In the page: each colour of text on what lies beneath it, by WCAG 2's ratio. As text, for the tests are compiled without a browser's types. */
const contrasts = `(() => {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const rgb = (colour) => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1); return canvas.getImageData(0, 0, 1, 1).data; };
  const light = (colour) => { const [r, g, b] = [...rgb(colour)].map((v) => v / 255).map((v) => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const beneath = (element) => { for (let at = element; at; at = at.parentElement) { const colour = getComputedStyle(at).backgroundColor; if (rgb(colour)[3] === 255) return colour; } return 'white'; };
  return [...document.querySelectorAll('body *')].filter((element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim()) && element.checkVisibility()).map((element) => {
    const style = getComputedStyle(element);
    const [a, b] = [light(element instanceof SVGElement ? style.fill : style.color), light(beneath(element))].sort((x, y) => y - x);
    return { text: element.textContent.slice(0, 40), ratio: (a + 0.05) / (b + 0.05) };
  });
})()`;

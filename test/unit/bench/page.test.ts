import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { htmlReport } from '../../../src/core/bench/reports/html.js';
import { madeRecord } from './record-fixture.js';

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const packageRoot = fileURLToPath(new URL('../../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'pipe-page-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** How many different alphas its pixels have; as text, since it runs in the page. */
const alphas: (canvas: never) => number = Function(
  'canvas',
  `const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  return new Set(data.filter((_, index) => index % 4 === 3)).size;`,
) as never;

/** What would end a script element, were it not kept from it. */
const record = madeRecord();
record.workload.description = 'ends </script><script>document.title = "broken"</script> here';

// Where there is no Chromium it is left out; in CI, which installs it, what is left out fails.
describe.skipIf(!existsSync(executablePath))('the page', () => {
  let browser: Browser;
  let page: Page;
  const troubles: string[] = [];

  beforeAll(async () => {
    const path = join(folder, 'report.html');
    writeFileSync(path, htmlReport(packageRoot, record));
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
    page = await browser.newPage();
    page.on('console', (message) => troubles.push(message.text()));
    page.on('pageerror', (error) => troubles.push(error.message));
    page.on('request', (request) => {
      if (request.url() !== `file://${path}`) troubles.push(request.url());
    });
    await page.goto(`file://${path}`);
  }, 60_000);
  afterAll(() => browser?.close());

  it('asks no host for anything and says nothing on the console', () => {
    expect(troubles).toEqual([]);
  });

  it('shows text of the record as text', async () => {
    expect(await page.title()).toContain('pipe bench: default');
    expect(await page.locator('#description').textContent()).toBe(record.workload.description);
  });

  it('shows the verdict, a row for each threshold and the figures of the record', async () => {
    expect(await page.locator('#verdict').textContent()).toMatch(/threshold/);
    expect(await page.locator('#thresholds tbody tr').count()).toBe(record.thresholds.length);
    const row = page.locator('#latency tbody tr', { hasText: 'e2e' });
    expect(await row.locator('td').nth(1).textContent()).toBe(record.latency_ms.e2e!.count.toLocaleString('en-US'));
    expect(Number(await row.locator('td').nth(5).textContent())).toBeCloseTo(record.latency_ms.e2e!.p99, -1);
  });

  it('draws every plot, light and dark, in any width', async () => {
    for (const [colorScheme, width] of [
      ['light', 1200],
      ['dark', 420],
    ] as const) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 800 });
      for (const id of ['percentiles', 'over-time', 'throughput', 'lag', 'cpu']) {
        const canvas = page.locator(`#${id} canvas`);
        await expect.poll(async () => (await canvas.boundingBox())?.width ?? 0).toBeLessThanOrEqual(width);
        const drawn = await canvas.evaluate(alphas);
        expect(drawn, `${id} has nothing on it`).toBeGreaterThan(1);
      }
    }
    expect(troubles).toEqual([]);
  });

  it('has no wider body than the window of a phone', async () => {
    await page.setViewportSize({ width: 390, height: 800 });
    await expect.poll(() => page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
  });
});

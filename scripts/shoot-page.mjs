// Pictures of the web page of a server that runs: node scripts/shoot-page.mjs URL PIPELINE FOLDER [SECONDS]
// It waits so long before, that there is something to see; light, dark and as a phone has it.
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { chromium } from 'playwright-core';

const [url, pipeline, folder, seconds = '5'] = process.argv.slice(2);
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
const shots = [
  { name: 'page-light', colorScheme: 'light', viewport: { width: 1280, height: 900 } },
  { name: 'page-dark', colorScheme: 'dark', viewport: { width: 1280, height: 900 } },
  { name: 'page-phone', colorScheme: 'light', viewport: { width: 390, height: 844 } },
];
for (const { name, ...options } of shots) {
  const page = await browser.newPage(options);
  page.on('console', (message) => console.error(`${name}: ${message.text()}`));
  page.on('pageerror', (error) => console.error(`${name}: ${error.message}`));
  await page.goto(`${url}/#${pipeline}`);
  await sleep(Number(seconds) * 1000);
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: name !== 'page-phone' });
  await page.close();
}
await browser.close();

// Builds the web page of `pipe serve` into dist/page: node scripts/page.mjs
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const source = at('src/core/serve/page');
const target = at('dist/page');

mkdirSync(target, { recursive: true });
await build({
  entryPoints: [`${source}/main.tsx`],
  outfile: `${target}/page.js`,
  bundle: true,
  minify: true,
  sourcemap: true,
  format: 'esm',
  target: ['chrome123', 'firefox120', 'safari17.5'],
  jsx: 'automatic',
  jsxImportSource: 'preact',
  legalComments: 'eof',
  logLevel: 'warning',
});
const plot = createRequire(import.meta.url).resolve('uplot/dist/uPlot.min.css');
writeFileSync(`${target}/page.css`, `${readFileSync(plot, 'utf8')}\n${readFileSync(`${source}/page.css`, 'utf8')}`);
for (const name of ['index.html', 'icon.svg']) copyFileSync(`${source}/${name}`, `${target}/${name}`);

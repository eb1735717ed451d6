// Draws a picture of a real run: node scripts/record-run.mjs docs/images/demo.svg demo --rate 2000
// Runs `pipe` with the arguments behind the file's name, both streams as they come, and writes what it printed as an SVG.
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const columns = 80;
const line = 17;
const glyph = 8.4;
const margin = 16;
const colours = {
  ground: '#16191f',
  text: '#d5d9e0',
  dim: '#8a93a3',
  good: '#7fd28a',
  bad: '#ff7a72',
  lead: '#8db9ff',
};

const [file, ...args] = process.argv.slice(2);
if (!file || args.length === 0) {
  process.stderr.write('usage: node scripts/record-run.mjs FILE.svg COMMAND [FLAGS]\n');
  process.exit(2);
}
const { output, code } = await run(args);
if (code !== 0) {
  process.stderr.write(`${output}\nexit ${code}: nothing is written\n`);
  process.exit(1);
}
const lines = [`$ pipe ${args.join(' ')}`, ...output.trimEnd().split('\n')].flatMap(wrapped);
writeFileSync(file, draw(lines));
process.stdout.write(`${file}: ${lines.length} lines\n`);

async function run(words) {
  const bin = fileURLToPath(new URL('../bin/run.js', import.meta.url));
  const child = spawn(process.execPath, [bin, ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8');
    stream.on('data', (text) => {
      output += text;
    });
  }
  const code = await new Promise((resolve) => child.once('close', resolve));
  return { output, code };
}

/** As a terminal of 80 columns breaks a line. */
function wrapped(text) {
  return text.match(new RegExp(`.{1,${columns}}`, 'gu')) ?? [''];
}

function draw(lines) {
  const width = Math.ceil(columns * glyph + 2 * margin);
  const height = lines.length * line + 2 * margin;
  const rows = lines.map((text, index) => {
    const y = margin + (index + 0.75) * line;
    return `<text x="${margin}" y="${y}" fill="${colourOf(text)}">${escaped(text)}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(lines[0] ?? '')}">
<rect width="100%" height="100%" rx="8" fill="${colours.ground}"/>
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14">
${rows.join('\n')}
</g>
</svg>
`;
}

function colourOf(text) {
  if (text.startsWith('$') || text.startsWith('▸')) return colours.lead;
  if (text.startsWith('✓')) return colours.good;
  if (text.startsWith('✗')) return colours.bad;
  if (text.startsWith('·')) return colours.dim;
  return colours.text;
}

/** Spaces become no-break spaces: others collapse in an SVG. */
function escaped(text) {
  return text
    .replaceAll(' ', '\u00a0')
    .replace(/[&<>"]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign]);
}

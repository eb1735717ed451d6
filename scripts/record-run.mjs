// Draws a picture of a real run: node scripts/record-run.mjs docs/images/demo.svg demo --rate 2000
// Runs `pipe` with the arguments behind the file's name, both streams as they come, and writes what it printed as an SVG.
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { draw } from './text-picture.mjs';

const columns = 80;

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

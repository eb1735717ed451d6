// Draws a picture of a program that fills the terminal: node scripts/record-screen.mjs FILE.svg COLUMNSxROWS SECONDS COMMAND [FLAGS]
// Runs `pipe` with the arguments in a tmux of its own for so many seconds, and writes what the screen shows then as an SVG.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { draw } from './text-picture.mjs';

const [file, size = '', seconds, ...args] = process.argv.slice(2);
const [columns, rows] = size.split('x').map(Number);
if (!file || !columns || !rows || args.length === 0) {
  process.stderr.write('usage: node scripts/record-screen.mjs FILE.svg COLUMNSxROWS SECONDS COMMAND [FLAGS]\n');
  process.exit(2);
}
const bin = fileURLToPath(new URL('../bin/run.js', import.meta.url));
const tmux = (...words) => execFileSync('tmux', ['-L', `pipe-record-${process.pid}`, ...words], { encoding: 'utf8' });
tmux('new-session', '-d', '-x', String(columns), '-y', String(rows), process.execPath, bin, ...args);
try {
  await sleep(Number(seconds) * 1000);
  const lines = tmux('capture-pane', '-p').trimEnd().split('\n');
  writeFileSync(file, draw([`$ pipe ${args.join(' ')}`, '', ...lines], columns));
} finally {
  tmux('kill-server');
}

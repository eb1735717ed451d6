// Makes a checkout ready to run: `npm ci` when package-lock.json changed, a build when the sources did. Needs nothing but Node
// and npm, touches nothing outside of the checkout, and ends at once when all is as it should be.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const at = (...names) => join(root, ...names);
const installStamp = at('node_modules', '.pipe-install');
const buildStamp = at('dist', '.pipe-build');

if (!isReady()) await underLock(makeReady);

function isReady() {
  return (
    contentOf(installStamp) === lockSum() &&
    contentOf(buildStamp) === sourcesSum() &&
    existsSync(at('oclif.manifest.json'))
  );
}

async function makeReady() {
  if (contentOf(installStamp) !== lockSum()) {
    if (!isInstalled()) await npm('ci', '--include=dev', '--no-audit', '--no-fund');
    writeFileSync(installStamp, lockSum());
  }
  if (isReady()) return;
  const sum = sourcesSum();
  await npm('run', '--silent', 'build');
  writeFileSync(buildStamp, sum);
}

/** Whether npm's own note of what it installed agrees with the lock file: someone ran npm themselves. */
function isInstalled() {
  const note = contentOf(at('node_modules', '.package-lock.json'));
  if (!note) return false;
  const installed = JSON.parse(note).packages;
  const wanted = JSON.parse(readFileSync(at('package-lock.json'), 'utf8')).packages;
  return Object.entries(wanted).every(
    ([path, { version, optional, devOptional, peer }]) =>
      path === '' || installed[path]?.version === version || ((optional || devOptional || peer) && !installed[path]),
  );
}

function lockSum() {
  return sumOf([at('package-lock.json')], `${process.platform} ${process.arch} ${process.versions.modules}`);
}

function sourcesSum() {
  const sources = readdirSync(at('src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const others = [
    'package.json',
    'tsconfig.json',
    'tsconfig.build.json',
    'scripts/manifest.mjs',
    'scripts/page.mjs',
  ].map((name) => at(name));
  return sumOf([...others, ...sources], lockSum());
}

function sumOf(files, seed) {
  const hash = createHash('sha256').update(seed);
  for (const file of files) hash.update(`\0${file.slice(root.length)}\0`).update(readFileSync(file));
  return hash.digest('hex');
}

function contentOf(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** npm's output goes to standard error: what this script prepares may print a document on standard output. */
async function npm(...args) {
  const code = await new Promise((resolve, reject) => {
    const child = spawn('npm', args, { cwd: root, stdio: ['ignore', 2, 2] });
    child.once('error', reject);
    child.once('exit', (status, signal) => resolve(signal ? 1 : status));
  });
  if (code !== 0) {
    console.error(`error: npm ${args.join(' ')} failed with exit code ${code}`);
    process.exit(code);
  }
}

/** A file that its owner keeps fresh: one whose time stands still was left by a process that was killed. */
async function underLock(work) {
  const name = createHash('sha256').update(root).digest('hex').slice(0, 16);
  const path = join(tmpdir(), `pipe-ensure-${userInfo().uid}-${name}`);
  for (let told = false; !tryCreate(path); await sleep(200)) {
    if (!told) console.error('waiting for another process that prepares this checkout');
    told = true;
    if (ageOf(path) > 15_000) rmSync(path, { force: true });
  }
  const keeper = setInterval(() => utimesSync(path, new Date(), new Date()), 1_000);
  process.on('exit', () => rmSync(path, { force: true }));
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));
  await work();
  clearInterval(keeper);
}

function tryCreate(path) {
  try {
    closeSync(openSync(path, 'wx'));
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    return false;
  }
}

function ageOf(path) {
  try {
    return Date.now() - statSync(path).mtimeMs;
  } catch {
    return 0;
  }
}

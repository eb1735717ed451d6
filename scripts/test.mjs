// The whole of the tests: checks of the tree, unit tests, integration tests on real services, in CI the fault matrix. Closing line: "N passed, N failed".
// Where CI is set a skipped test counts as failed. Arguments are handed to vitest: `npm test -- test/unit/process`.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const run = (file, args) => spawnSync(file, args, { cwd: root, stdio: 'inherit' }).status ?? 1;
const bin = (name) => join(root, 'node_modules', '.bin', name);

if (run(process.execPath, ['scripts/ensure.mjs']) !== 0) {
  console.log('0 passed, 1 failed');
  process.exit(1);
}

const counts = { passed: 0, failed: 0, skipped: 0 };
const filters = process.argv.slice(2);
if (filters.length === 0) {
  for (const [name, file, args] of [
    ['format and lint', bin('biome'), ['check', '--error-on-warnings', '.']],
    ['types', bin('tsc'), ['-p', 'tsconfig.json']],
    ['types of the page', bin('tsc'), ['-p', 'src/core/serve/page']],
    ['import rules', bin('depcruise'), ['--config', '.dependency-cruiser.cjs', 'src', 'bin']],
  ]) {
    const ok = run(file, args) === 0;
    counts[ok ? 'passed' : 'failed'] += 1;
    console.log(`${ok ? '✓' : '✗'} ${name}`);
  }
}

// The fault matrix takes minutes: only CI runs it with the rest, `npm run test:faults` by itself.
const everything = [
  ['--project', 'unit', '--project', 'integration'],
  ...(process.env.CI ? [['--project', 'faults']] : []),
];
for (const wanted of filters.length === 0 ? everything : [filters]) count(wanted);

if (process.env.CI && counts.skipped > 0) {
  console.log(`${counts.skipped} tests were skipped: here each of them counts as failed`);
  counts.failed += counts.skipped;
}
console.log(`${counts.passed} passed, ${counts.failed} failed`);
process.exit(counts.failed > 0 ? 1 : 0);

function count(wanted) {
  const folder = mkdtempSync(join(tmpdir(), 'pipe-test-'));
  const report = join(folder, 'report.json');
  const output = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const status = run(bin('vitest'), ['run', ...output, ...wanted]);
  try {
    const result = JSON.parse(readFileSync(report, 'utf8'));
    counts.passed += result.numPassedTests;
    counts.failed += result.numFailedTests;
    counts.skipped += result.numPendingTests + result.numTodoTests;
    // A file that does not load, or an error outside of a test, has no failed test of its own.
    if (status !== 0 && result.numFailedTests === 0) counts.failed += 1;
  } catch {
    counts.failed += 1;
  }
  rmSync(folder, { recursive: true, force: true });
}

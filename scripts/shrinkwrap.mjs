// For `npm pack`: npm-shrinkwrap.json gives those who install the package the versions that were tested. Development packages are
// left out of it, since npm would install them.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const at = (name) => fileURLToPath(new URL(`../${name}`, import.meta.url));
const action = process.argv[2];

if (action === 'write') {
  const lock = JSON.parse(readFileSync(at('package-lock.json'), 'utf8'));
  delete lock.packages[''].devDependencies;
  lock.packages = Object.fromEntries(Object.entries(lock.packages).filter(([, { dev }]) => !dev));
  writeFileSync(at('npm-shrinkwrap.json'), `${JSON.stringify(lock, null, 2)}\n`);
} else if (action === 'remove') rmSync(at('npm-shrinkwrap.json'), { force: true });
else {
  console.error('usage: node scripts/shrinkwrap.mjs write|remove');
  process.exit(2);
}

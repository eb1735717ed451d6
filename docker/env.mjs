// Puts a random password into .env of the working folder for each one that docker-compose.yml asks for and .env does not have yet.
// node docker/env.mjs
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const compose = readFileSync(join(import.meta.dirname, '../docker-compose.yml'), 'utf8');
const needed = new Set([...compose.matchAll(/\$\{(\w+):\?/g)].map(([, name]) => name));

const file = resolve('.env');
const lines = existsSync(file) ? readFileSync(file, 'utf8').replace(/\n$/, '').split('\n') : [];

/** Of the last line that sets it, as Compose and a shell have it; an empty value counts as none. */
function find(name) {
  const pattern = new RegExp(`^\\s*(?:export\\s+)?${name}=(.*)$`);
  const index = lines.findLastIndex((line) => pattern.test(line));
  const text = index < 0 ? '' : pattern.exec(lines[index])[1].trim();
  const quoted = /^(['"])(.*)\1/.exec(text);
  return { index, value: quoted ? quoted[2] : text.replace(/(^|\s+)#.*$/, '') };
}

const made = [];
for (const name of needed) {
  const { index, value } = find(name);
  if (value !== '') continue;
  // Letters that need no quoting in a URL, a shell or this file.
  const line = `${name}=${randomBytes(18).toString('base64url')}`;
  if (index < 0) lines.push(line);
  else lines[index] = line;
  made.push(name);
}
// Written also when nothing is new: for the mode.
rmSync(`${file}.new`, { force: true });
writeFileSync(`${file}.new`, `${lines.join('\n')}\n`, { mode: 0o600 });
renameSync(`${file}.new`, file);

// What Prometheus looks into: Docker, which runs as root, is not to make it.
mkdirSync(resolve(process.env.PIPE_HOME || find('PIPE_HOME').value || '.pipe', 'run/metrics'), { recursive: true });

process.stdout.write(
  made.length > 0 ? `.env: made ${made.join(', ')}\n` : '.env: has all passwords, nothing changed\n',
);

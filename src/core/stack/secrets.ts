import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { messageOf, missingError } from '../runtime/errors.js';
import type { Home } from '../runtime/home.js';

const schema = z.object({ postgres: z.string(), clickhouseWriter: z.string(), clickhouseReader: z.string() });

/** The generated passwords of a home's services. */
export type Secrets = z.infer<typeof schema>;

/** The home's passwords, made at the first call and readable by their owner alone. */
export function openSecrets(home: Home): Secrets {
  const path = join(home.secrets, 'passwords.json');
  if (!existsSync(path)) {
    const made: Secrets = { postgres: password(), clickhouseWriter: password(), clickhouseReader: password() };
    writeFileSync(`${path}.new`, `${JSON.stringify(made, null, 2)}\n`, { mode: 0o600 });
    renameSync(`${path}.new`, path);
    return made;
  }
  try {
    return schema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    throw missingError(
      `${path}: cannot be read: ${messageOf(error)}`,
      'The services of this home were set up with the passwords in it: restore it, or remove the data by: pipe down --purge',
      'SECRETS',
      error,
    );
  }
}

/** 144 bits in letters that need no quoting in a URL or a shell. */
function password(): string {
  return randomBytes(18).toString('base64url');
}

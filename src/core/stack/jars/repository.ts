import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Runtime } from '../../runtime/runtime.js';
import { mirrorOfCentral } from './maven-settings.js';

/** Where jars come from when neither the environment nor Maven's settings name a mirror. */
const central = 'https://repo1.maven.org/maven2';

export interface Repository {
  url: string;
  /** Sent with each request: credentials of a mirror. */
  headers: Record<string, string>;
}

/** The Maven repository to download from: MAVEN_MIRROR_URL, else the mirror of `central` in Maven's settings, else itself. */
export function mavenRepository({ env }: Pick<Runtime, 'env'>): Repository {
  if (env.MAVEN_MIRROR_URL) return { url: withoutSlash(env.MAVEN_MIRROR_URL), headers: {} };
  const candidates = [join(env.HOME ?? homedir(), '.m2/settings.xml')];
  if (env.MAVEN_HOME) candidates.push(join(env.MAVEN_HOME, 'conf/settings.xml'));
  for (const path of candidates) {
    const mirror = mirrorOfCentral(contentOf(path), env);
    if (mirror) return { url: withoutSlash(mirror.url), headers: authorization(mirror) };
  }
  return { url: central, headers: {} };
}

function authorization({ username, password }: { username?: string; password?: string }): Record<string, string> {
  if (username === undefined || password === undefined) return {};
  return { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` };
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, '');
}

function contentOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

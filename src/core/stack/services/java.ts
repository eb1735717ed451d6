import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { messageOf, missingError } from '../../runtime/errors.js';
import type { Runtime } from '../../runtime/runtime.js';

const leastVersion = 17;
const hint =
  'Install a Java runtime, version 17 or later (Debian: apt-get install openjdk-17-jre-headless; macOS: brew install openjdk), or set JAVA_HOME.';

export interface Java {
  file: string;
  version: string;
}

/** The Java that JAVA_HOME names, else the one on PATH. Throws a missing error when there is none of version 17 or later. */
export async function findJava({ env }: Pick<Runtime, 'env'>): Promise<Java> {
  const file = javaFile(env);
  const version = versionIn(await versionText(file, env));
  if (version === undefined || Number.parseInt(version, 10) < leastVersion)
    throw missingError(
      `Kafka needs Java ${leastVersion} or later, but ${file} is version ${version ?? 'unknown'}`,
      hint,
      'JAVA_TOO_OLD',
    );
  return { file, version };
}

/** Not looked at yet: see findJava. */
export function javaFile(env: Runtime['env']): string {
  const ofHome = env.JAVA_HOME && join(env.JAVA_HOME, 'bin/java');
  return ofHome && existsSync(ofHome) ? ofHome : 'java';
}

async function versionText(file: string, env: Runtime['env']): Promise<string> {
  try {
    const { stderr, stdout } = await promisify(execFile)(file, ['-version'], { env, timeout: 20_000 });
    return stderr + stdout;
  } catch (error) {
    const absent = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const reason = absent ? 'there is no java on PATH' : `${file} -version failed: ${messageOf(error)}`;
    throw missingError(`Kafka needs Java ${leastVersion} or later, but ${reason}`, hint, 'JAVA_MISSING', error);
  }
}

/** "17.0.15" of `openjdk version "17.0.15" 2025-04-15`; "8.0" of the old `java version "1.8.0_292"`. */
export function versionIn(text: string): string | undefined {
  return /version "(?:1\.(?=8\.))?(\d+(?:\.\d+)*)/.exec(text)?.[1];
}

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { usageError } from './errors.js';
import { type Profile, type Project, profileSchema, projectFileName } from './project.js';
import type { Runtime } from './runtime.js';
import { parseYaml } from './yaml-file.js';
import { didYouMean } from './yaml-problems.js';

type Place = Pick<Runtime, 'packageRoot'>;

/**
 * One profile, the project file's own or else a shipped one, with each ${VAR} replaced by the environment's value. Throws a usage error for unknown
 * names and variables.
 */
export function resolveProfile(
  { profiles }: Pick<Project, 'profiles'>,
  name: string,
  { packageRoot, env }: Pick<Runtime, 'packageRoot' | 'env'>,
): Profile {
  const own = Object.hasOwn(profiles, name) ? profiles[name] : undefined;
  if (own) return resolved(own, env, { file: projectFileName, path: ['profiles', name] });
  const known = Object.keys(profiles);
  const shipped = shippedProfiles({ packageRoot });
  if (shipped.includes(name))
    return resolved(readShippedProfile({ packageRoot }, name), env, { file: shippedFile(name), path: [] });
  const near = didYouMean(name, [...known, ...shipped]);
  throw usageError(
    `profile "${name}" is neither in ${projectFileName} nor shipped${near ? `; did you mean "${near}"?` : ''}`,
    known.length > 0
      ? `${projectFileName} has: ${known.join(', ')}. Shipped: ${shipped.join(', ')}.`
      : `Shipped: ${shipped.join(', ')}. Others stand under "profiles:" in ${projectFileName}: see docs/stack.md.`,
    'UNKNOWN_PROFILE',
  );
}

/** The names of the profiles that come with the package. */
export function shippedProfiles({ packageRoot }: Place): string[] {
  const folder = join(packageRoot, folderName);
  const files = existsSync(folder) ? readdirSync(folder) : [];
  return files.flatMap((file) => (file.endsWith('.yaml') ? [file.slice(0, -'.yaml'.length)] : [])).sort();
}

const folderName = 'configs/profiles';

function shippedFile(name: string): string {
  return `${folderName}/${name}.yaml`;
}

function readShippedProfile({ packageRoot }: Place, name: string): Profile {
  const file = shippedFile(name);
  return parseYaml(readFileSync(join(packageRoot, file), 'utf8'), file, profileSchema);
}

/** Where a profile stands, for messages. */
interface Origin {
  file: string;
  path: readonly string[];
}

/** The values that came from the environment are judged once they are known. */
function resolved(profile: Profile, env: Runtime['env'], { file, path }: Origin): Profile {
  const parsed = profileSchema.safeParse(replaceVariables(profile, env, file, path));
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${[...path, ...issue.path].join('.')}: ${issue.message}`);
  throw usageError(`${file}: ${problems.join('\n')}`, 'Check the environment variables that it refers to.', 'CONFIG');
}

function replaceVariables<T>(value: T, env: Runtime['env'], file: string, path: readonly string[]): T {
  const replaceIn = <Part>(part: Part, step: string | number) =>
    replaceVariables(part, env, file, [...path, String(step)]);
  if (typeof value === 'string')
    return value.replace(/\$\{(\w+)(?::-([^}]*))?\}/g, (_, name: string, standard?: string) =>
      variable(name, standard, env, `${file}: ${path.join('.')}`),
    ) as T;
  if (Array.isArray(value)) return value.map(replaceIn) as T;
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, replaceIn(each, key)])) as T;
}

/** As a shell has it: the default of `${NAME:-default}` goes in for a variable that is not set or empty. */
function variable(name: string, standard: string | undefined, env: Runtime['env'], place: string): string {
  const value = env[name];
  if (standard !== undefined) return value || standard;
  if (value === undefined)
    throw usageError(`${place} needs the environment variable ${name}, which is not set`, `Run: export ${name}=...`);
  return value;
}

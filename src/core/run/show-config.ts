import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describePlan } from '../pipeline/describe.js';
import { type Profile, type Project, projectFileName, readProject } from '../runtime/project.js';
import { resolveProfile } from '../runtime/resolve-profile.js';
import type { Runtime } from '../runtime/runtime.js';
import { findPipeline } from './pipeline-source.js';
import { redact } from './redact.js';

export const settingNames = ['home', 'profile', 'domain', 'pipeline'] as const;
export type SettingName = (typeof settingNames)[number];

export interface Setting {
  value: string | null;
  origin: 'flag' | 'environment' | 'project file' | 'default';
}

export interface EffectiveConfig {
  settings: Record<SettingName, Setting>;
  /** The project file's path, null where there is none. */
  project_file: string | null;
  /** What the project file says, defaults filled in, secrets hidden. */
  project: Project;
  /** The chosen profile with the environment's values in it, secrets hidden. */
  profile: Profile | null;
  /** The plan of a pipeline that was chosen by more than default. */
  plan: ReturnType<typeof describePlan> | null;
}

/** Values as the command line, the environment or a default gave them, and the names of those that stood on the command line. */
export interface Given {
  values: Partial<Record<SettingName, string>>;
  typed: ReadonlySet<string>;
}

/** What a command started here would work with, and where each part comes from. Throws usage errors for a faulty project file, profile or pipeline. */
export function effectiveConfig(runtime: Pick<Runtime, 'cwd' | 'env' | 'packageRoot'>, given: Given): EffectiveConfig {
  const project = readProject(runtime);
  const settings = settingsOf(runtime, project, given);
  const { profile, domain, pipeline } = settings;
  const path = join(runtime.cwd, projectFileName);
  const chosen = [domain, pipeline].some(({ value, origin }) => value !== null && origin !== 'default');
  return {
    settings,
    project_file: existsSync(path) ? path : null,
    project: redact(project),
    profile: profile.value === null ? null : redact(resolveProfile(project, profile.value, runtime)),
    plan: chosen ? describePlan(findPipeline(runtime, given.values)) : null,
  };
}

function settingsOf(
  { cwd, env }: Pick<Runtime, 'cwd' | 'env'>,
  project: Project,
  { values, typed }: Given,
): Record<SettingName, Setting> {
  const setting = (name: SettingName, fromProject?: string, standard: string | null = null): Setting => {
    if (typed.has(name)) return { value: values[name] ?? null, origin: 'flag' };
    if (env[`PIPE_${name.toUpperCase()}`] !== undefined) return { value: values[name] ?? null, origin: 'environment' };
    if (fromProject !== undefined) return { value: fromProject, origin: 'project file' };
    return { value: values[name] ?? standard, origin: 'default' };
  };
  const home = setting('home', project.home, './.pipe');
  const pipeline = setting('pipeline');
  const none: Setting = { value: null, origin: 'default' };
  return {
    home: { ...home, value: resolve(cwd, home.value ?? '') },
    profile: setting('profile'),
    domain: pipeline.value === null ? setting('domain', project.domain, 'ecommerce') : none,
    pipeline,
  };
}

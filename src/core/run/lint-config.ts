import { existsSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { z } from 'zod';
import { loadPipeline } from '../pipeline/load.js';
import type { Plan } from '../pipeline/plan.js';
import { PipeError } from '../runtime/errors.js';
import { projectFileName, readProject } from '../runtime/project.js';
import type { Runtime } from '../runtime/runtime.js';
import { parseYamlDocument, yamlError } from '../runtime/yaml-file.js';
import { readPipelineFile, shippedPath, shippedPipelines } from './pipeline-source.js';

type Place = Pick<Runtime, 'packageRoot' | 'cwd'>;

export interface LintedFile {
  /** As the caller named it, or relative to the working folder. */
  file: string;
  ok: boolean;
  problems: { line: number; message: string }[];
}

/** Files of another kind than pipelines, told from them by what is in them. */
export interface ConfigKind {
  recognizes(text: string): boolean;
  /** Absolute paths of the shipped ones. */
  shipped(place: Place): string[];
  /** Throws usage errors; `shown` stands before the line in their messages. */
  check(place: Place, text: string, shown: string, path: string): void;
}

/**
 * Checks files: a project file by its name, others by what is in them, pipelines unless one of `kinds` knows them; without any files, the shipped
 * ones and pipe.yaml where there is one.
 */
export function lintConfig(place: Place, files: readonly string[], kinds: readonly ConfigKind[] = []): LintedFile[] {
  return (files.length > 0 ? files : standardFiles(place, kinds)).map((file) => {
    const problems = problemsOf(file, () => check(place, file, kinds));
    return { file, ok: problems.length === 0, problems };
  });
}

function standardFiles(place: Place, kinds: readonly ConfigKind[]): string[] {
  const pipelines = shippedPipelines(place).map((domain) => shippedPath(place, domain));
  const shipped = [...pipelines, ...kinds.flatMap((kind) => kind.shipped(place))].map((path) => shownPath(place, path));
  return existsSync(join(place.cwd, projectFileName)) ? [...shipped, projectFileName] : shipped;
}

/** Relative where that is shorter for a reader: below the working folder. */
function shownPath(place: Place, path: string): string {
  const below = relative(place.cwd, path);
  return below.startsWith('..') ? path : below;
}

function check(place: Place, file: string, kinds: readonly ConfigKind[]): void {
  const path = resolve(place.cwd, file);
  const text = readPipelineFile(path, file);
  if (basename(file) === projectFileName) return void readProject({ cwd: dirname(path) });
  const kind = kinds.find((each) => each.recognizes(text));
  if (kind) kind.check(place, text, file, path);
  else checkRowFiles(loadPipeline(text, file), path, text);
}

/** The one thing beside the text that a pipeline file needs: the CSV files that it names. */
function checkRowFiles(plan: Plan, path: string, text: string): void {
  const { lineOf } = parseYamlDocument(text, plan.source, z.unknown());
  const missing = Object.entries(plan.metadata?.tables ?? {}).flatMap(([name, { rows_from: csv }]) => {
    if (csv === undefined || existsSync(resolve(dirname(path), csv))) return [];
    const place = ['metadata', 'tables', name, 'rows_from'];
    return [
      { line: lineOf(place), message: `${place.join('.')}: expected a file beside the pipeline file, found no ${csv}` },
    ];
  });
  if (missing.length > 0) throw yamlError(plan.source, missing);
}

/** The `file:line: message` lines of a foreseen error as data. A file that cannot be read has its problem at line 1. */
function problemsOf(file: string, run: () => void): LintedFile['problems'] {
  try {
    run();
    return [];
  } catch (error) {
    if (!(error instanceof PipeError)) throw error;
    return error.message.split('\n').map((text) => problemOf(text, [file, projectFileName]));
  }
}

function problemOf(text: string, files: readonly string[]): LintedFile['problems'][number] {
  const file = files.find((name) => text.startsWith(`${name}:`));
  const [, line, message] = file === undefined ? [] : (/^:(\d+): (.*)$/.exec(text.slice(file.length)) ?? []);
  return { line: Number(line ?? 1), message: message ?? text };
}

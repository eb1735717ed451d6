import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { z } from 'zod';
import { parseYamlDocument, type YamlPath } from '../runtime/yaml-file.js';

/** A pipeline file as messages about its rows need it. */
export interface OwnFile {
  /** As the user named it. */
  name: string;
  /** Absolute. */
  path: string;
  lineOf(path: YamlPath): number;
}

/** Reads the file again, for its lines alone: the plan has the values but not where they stand. */
export async function ownFile(source: string, cwd: string): Promise<OwnFile> {
  const path = resolve(cwd, source);
  const { lineOf } = parseYamlDocument(await readFile(path, 'utf8'), source, z.unknown());
  return { name: source, path, lineOf };
}

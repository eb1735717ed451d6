import type { YamlPath } from '../../runtime/yaml-file.js';
import type { Problems } from './problems.js';

/** Columns that every table of windows has beside the pipeline's own; names with a leading _ belong to the store altogether. */
export const reservedColumns = ['window_size', 'window_advance', 'window_start', 'window_end'] as const;

/** Words of the expression language, which could not be told from fields. */
const reservedWords = ['true', 'false', 'null', 'this', 'in', 'is_null'];

/** Notes a name of a field or aggregate that a column or an expression could not have. */
export function checkName(path: YamlPath, name: string, problems: Problems): void {
  if ((reservedColumns as readonly string[]).includes(name))
    problems.add(path, `"${name}" is a column of every table of windows; take another name`);
  if (reservedWords.includes(name))
    problems.add(path, `"${name}" is a word of the expression language; take another name`);
}

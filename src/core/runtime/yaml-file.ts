import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import type { z } from 'zod';
import { messageOf, usageError } from './errors.js';
import { explain, type YamlPath } from './yaml-problems.js';

export type { YamlPath } from './yaml-problems.js';

export interface YamlDocument<T> {
  value: T;
  /** The 1-based line where the value at `path` stands, or that of its nearest parent which is in the file. */
  lineOf(path: YamlPath): number;
}

/** The value of a YAML text. Throws one usage error that holds a line `file:line: problem` for each problem found. */
export function parseYaml<T>(text: string, file: string, schema: z.ZodType<T>): T {
  return parseYamlDocument(text, file, schema).value;
}

/** As parseYaml, with the lines for checks that come later. An empty document counts as an empty mapping. */
export function parseYamlDocument<T>(text: string, file: string, schema: z.ZodType<T>): YamlDocument<T> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' });
  if (document.errors.length > 0)
    throw yamlError(
      file,
      document.errors.map((error) => ({ line: lines.linePos(error.pos[0]).line, message: error.message })),
    );
  const lineOf = (path: YamlPath): number => lines.linePos(offsetOf(document.contents, path)).line;
  const raw = plainValue(() => document.toJS(), file);
  const parsed = schema.safeParse(raw);
  if (parsed.success) return { value: parsed.data, lineOf };
  throw yamlError(
    file,
    parsed.error.issues
      .flatMap((issue) => explain(issue, raw, schema))
      .map(({ path, message }) => ({ line: lineOf(path), message })),
  );
}

/** One usage error from problems with their lines, in the order of the lines: for semantic checks after the schema's. */
export function yamlError(file: string, problems: readonly { line: number; message: string }[]): Error {
  const lines = [...problems].sort((a, b) => a.line - b.line).map(({ line, message }) => `${file}:${line}: ${message}`);
  return usageError([...new Set(lines)].join('\n'), undefined, 'CONFIG');
}

/** Where the value of `path` begins; a key's own place for what a mapping holds, the nearest parent for what is missing. */
function offsetOf(root: Node | null, path: YamlPath): number {
  let node: unknown = root;
  let offset = root?.range?.[0] ?? 0;
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => String(isScalar(key) ? key.value : key) === String(step));
      if (!pair) break;
      offset = (pair.key as Node).range?.[0] ?? offset;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(step)];
      const range = (node as Node | undefined)?.range;
      if (!range) break;
      offset = range[0];
    } else break;
  }
  return offset;
}

/** Aliases are resolved here, and a file that multiplies them without bound is refused. */
function plainValue(read: () => unknown, file: string): unknown {
  try {
    return read() ?? {};
  } catch (error) {
    throw yamlError(file, [{ line: 1, message: messageOf(error) }]);
  }
}

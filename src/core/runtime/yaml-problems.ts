import type { z } from 'zod';

export type YamlPath = readonly (string | number)[];

export interface Problem {
  path: YamlPath;
  message: string;
}

/** A schema's issue in the words of the file: where, what was expected, what stands there. Unknown keys come one by one. */
export function explain(issue: z.core.$ZodIssue, raw: unknown, schema: z.core.$ZodType): Problem[] {
  const path = issue.path.filter((step): step is string | number => typeof step !== 'symbol');
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({
      path: [...path, key],
      message: unknownKey(path, key, keysAt(schema, path, raw)),
    }));
  if (issue.code === 'invalid_key')
    return issue.issues.map((inner) => ({ path, message: at(path, `as a name: ${inner.message}`) }));
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const nearest = nearestBranch(issue.errors).map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }));
    return nearest.flatMap((inner) => explain(inner, raw, schema));
  }
  return [{ path, message: at(path, expectation(issue, valueAt(raw, path))) }];
}

/** The known word nearest to a mistyped one, if it is near enough to have been meant. */
export function didYouMean(word: string, known: readonly string[]): string | undefined {
  const scored = known.map((candidate) => ({ candidate, edits: editDistance(word.toLowerCase(), candidate) }));
  const best = scored.sort((a, b) => a.edits - b.edits)[0];
  return best && best.edits <= Math.ceil(word.length / 3) ? best.candidate : undefined;
}

function unknownKey(path: YamlPath, key: string, known: readonly string[]): string {
  const near = didYouMean(key, known);
  const advice = near ? `did you mean "${near}"?` : `expected one of: ${[...known].sort().join(', ')}`;
  return at(path, `unknown key "${key}"${known.length > 0 ? `; ${advice}` : ''}`);
}

function at(path: YamlPath, message: string): string {
  return path.length > 0 ? `${path.join('.')}: ${message}` : message;
}

function expectation(issue: z.core.$ZodIssue, value: unknown): string {
  const got = describe(value);
  switch (issue.code) {
    case 'invalid_type':
      return value === undefined ? `missing; expected ${article(issue.expected)}` : custom(issue, got);
    case 'invalid_value': {
      const near = typeof value === 'string' ? didYouMean(value, issue.values.map(String)) : undefined;
      const one = issue.values.length === 1 ? String(issue.values[0]) : `one of ${issue.values.join(', ')}`;
      return `expected ${one}, got ${got}${near ? `; did you mean "${near}"?` : ''}`;
    }
    case 'invalid_union':
      return `${issue.message}; got ${got}`;
    default:
      return value === undefined || issue.code === 'custom' ? issue.message : `${issue.message}; got ${got}`;
  }
}

/** The schema's own wording where it has one, else the library's type name. */
function custom(issue: z.core.$ZodIssueInvalidType, got: string): string {
  return issue.message.startsWith('Invalid input: expected')
    ? `expected ${article(issue.expected)}, got ${got}`
    : `${issue.message}; got ${got}`;
}

function article(type: string): string {
  const names: Record<string, string> = {
    object: 'a mapping',
    record: 'a mapping',
    array: 'a list',
    int: 'a whole number',
  };
  return names[type] ?? `a ${type}`;
}

function describe(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  return JSON.stringify(value);
}

function valueAt(raw: unknown, path: YamlPath): unknown {
  return path.reduce<unknown>((value, step) => (value as Record<string, unknown> | null | undefined)?.[step], raw);
}

/** Of a union's branches the one that went furthest into the file, so that the message is about what was meant. */
function nearestBranch(branches: readonly (readonly z.core.$ZodIssue[])[]): readonly z.core.$ZodIssue[] {
  const depth = (issues: readonly z.core.$ZodIssue[]) => Math.max(...issues.map((issue) => issue.path.length));
  const wrongKind = (issues: readonly z.core.$ZodIssue[]) =>
    issues.some(({ code, path }) => path.length <= 1 && (code === 'invalid_value' || code === 'invalid_type')) ? 1 : 0;
  return [...branches].sort((a, b) => wrongKind(a) - wrongKind(b) || depth(b) - depth(a) || a.length - b.length)[0]!;
}

type Definition = {
  shape?: Record<string, z.core.$ZodType>;
  innerType?: z.core.$ZodType;
  in?: z.core.$ZodType;
  left?: z.core.$ZodType;
  right?: z.core.$ZodType;
  getter?: () => z.core.$ZodType;
  options?: readonly z.core.$ZodType[];
  discriminator?: string;
  values?: readonly unknown[];
  element?: z.core.$ZodType;
  valueType?: z.core.$ZodType;
};

/** The keys that the schema knows at `path`, through wrappers; of a union, those of all its branches, or of the one that the value names. */
function keysAt(schema: z.core.$ZodType, path: YamlPath, raw: unknown): string[] {
  const reached = path.reduce(
    (schemas, step, index) => {
      const value = valueAt(raw, path.slice(0, index + 1));
      return schemas.flatMap((each) => child(each, step, value));
    },
    objects(schema, raw),
  );
  return [...new Set(reached.flatMap((each) => Object.keys(definition(each).shape ?? {})))];
}

function child(schema: z.core.$ZodType, step: string | number, value: unknown): z.core.$ZodType[] {
  const { shape, element, valueType } = definition(schema);
  const next = shape ? shape[step] : (element ?? valueType);
  return next ? objects(next, value) : [];
}

function objects(schema: z.core.$ZodType, value: unknown): z.core.$ZodType[] {
  const { innerType, in: input, left, right, getter } = definition(schema);
  const inner = [innerType, input, left, right, getter?.(), ...branches(schema, value)].filter(
    (each) => each !== undefined,
  );
  return inner.length > 0 ? inner.flatMap((each) => objects(each, value)) : [schema];
}

/** Of a union that goes by the value of one key, the branch for that value. */
function branches(schema: z.core.$ZodType, value: unknown): readonly z.core.$ZodType[] {
  const { options = [], discriminator } = definition(schema);
  if (!discriminator) return options;
  const named = valueAt(value, [discriminator]);
  return options.filter((option) => definition(definition(option).shape![discriminator]!).values?.includes(named));
}

function definition(schema: z.core.$ZodType): Definition {
  return schema._zod.def as Definition;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
    row = next;
  }
  return row[b.length]!;
}

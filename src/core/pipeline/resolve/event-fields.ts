import type { PlanField } from '../plan.js';
import type { GenerateHints, PipelineFile } from '../schema.js';
import { entryOf, type Problems, unknown } from './problems.js';
import { checkName } from './reserved.js';

type FileField = PipelineFile['event']['fields'][string];
type Details = Extract<FileField, { description?: string | undefined }>;

/** The event's own columns, in the file's order. */
export function eventFields(file: PipelineFile, problems: Problems): PlanField[] {
  return Object.entries(file.event.fields).map(([name, field]) => {
    const path = ['event', 'fields', name];
    const details: Details = field;
    checkName(path, name, problems);
    checkLimits(path, details, problems);
    if (details.generate) checkHints([...path, 'generate'], details, details.generate, file, problems);
    const { type, optional, scale = 0, values, min, max, description, generate } = details;
    return {
      name,
      type,
      optional,
      scale,
      values,
      min,
      max,
      description,
      generate,
      interned: false,
      origin: 'event',
    };
  });
}

function checkLimits(path: readonly string[], field: Details, problems: Problems): void {
  const numeric = field.type === 'int' || field.type === 'float' || field.type === 'decimal';
  const limits = (['min', 'max'] as const).filter((limit) => field[limit] !== undefined);
  checkScale(path, field, problems);
  if (field.values && field.type !== 'string')
    problems.add([...path, 'values'], `only strings have a list of values, this is ${field.type}; use min and max`);
  field.values?.forEach((value, index) => {
    if (field.values?.indexOf(value) !== index)
      problems.add([...path, 'values', String(index)], `"${value}" is listed twice`);
  });
  for (const limit of limits)
    if (!numeric) problems.add([...path, limit], `only int, float and decimal have limits, this is ${field.type}`);
  if (field.min !== undefined && field.max !== undefined && field.min > field.max)
    problems.add([...path, 'max'], `expected at least min, ${field.min}, got ${field.max}`);
}

/** Decimals say how many digits they have; nothing else does. */
export function checkScale(
  path: readonly (string | number)[],
  field: { type: string; scale?: number | undefined },
  problems: Problems,
): void {
  if (field.type === 'decimal' && field.scale === undefined)
    problems.add(path, 'a decimal needs its number of digits after the point, such as scale: 2');
  if (field.type !== 'decimal' && field.scale !== undefined)
    problems.add([...path, 'scale'], `only decimals have a scale, this is ${field.type}`);
}

function checkHints(
  path: readonly string[],
  field: Details,
  hints: GenerateHints,
  file: PipelineFile,
  problems: Problems,
): void {
  const numeric = field.type === 'int' || field.type === 'float' || field.type === 'decimal';
  const shape = (['distribution', 'mean', 'deviation'] as const).find((hint) => hints[hint] !== undefined);
  if (shape && !numeric)
    problems.add([...path, shape], `only int, float and decimal have a ${shape}, this is ${field.type}`);
  if (hints.cardinality !== undefined && (field.values || (field.type !== 'string' && field.type !== 'int')))
    problems.add([...path, 'cardinality'], 'only ints, and strings without a list of values, have a cardinality');
  const other = shape ?? (hints.cardinality === undefined ? undefined : 'cardinality');
  if (hints.from && other) problems.add([...path, other], `the value comes from ${hints.from}; leave ${other} out`);
  if (hints.absent !== undefined && !field.optional)
    problems.add([...path, 'absent'], 'only optional fields can be absent; add optional: true');
  if (hints.from) checkOrigin([...path, 'from'], hints.from, file, problems);
}

function checkOrigin(path: readonly string[], from: string, file: PipelineFile, problems: Problems): void {
  const tables = file.metadata?.tables;
  if (!tables) return;
  const [table, column] = from.split('.') as [string, string];
  const columns = entryOf(tables, table)?.columns;
  if (!columns) problems.add(path, unknown('table', table, Object.keys(tables)));
  else if (!entryOf(columns, column)) problems.add(path, unknown('column', column, Object.keys(columns)));
}

import { usageError } from '../../runtime/errors.js';
import { formatDuration } from '../../runtime/units.js';
import type { InputText, KindForm } from '../detect/form.js';
import { kindForms } from '../detect/registry.js';
import type { FileDetector } from '../detect/schema.js';
import { isNumeric } from '../expression/arithmetic.js';
import type { Expression } from '../expression/expression.js';
import { parseExpression, parseFilter } from '../expression/parse.js';
import { Scope, type ScopeField } from '../expression/scope.js';
import type { DetectorInput, PlanDetector, PlanField, PlanWindow } from '../plan.js';
import type { PipelineFile } from '../schema.js';
import { resolveKeys } from './keys.js';
import { type Problems, unknown } from './problems.js';

/** The detectors in the file's order. */
export function resolveDetectors(
  file: PipelineFile,
  fields: readonly PlanField[],
  windows: readonly PlanWindow[],
  problems: Problems,
): PlanDetector[] {
  return Object.entries(file.detect).flatMap(([name, written]) => {
    const path = ['detect', name];
    checkTimes(path, written, problems);
    const input =
      written.window === undefined
        ? eventsOf(path, written, file.topic.key, fields, problems)
        : windowOf(path, written, written.window, fields, windows, problems);
    if (!input) return [];
    const scope = new Scope(input.fields);
    const { where, description, severity, cooldown, forget, finds } = written;
    const { settings, inputs } = resolveKind(path, written, scope, problems);
    const detector = {
      name,
      description,
      kind: written.kind,
      settings,
      input,
      where: where === undefined ? undefined : problems.attempt([...path, 'where'], () => parseFilter(where, scope)),
      inputs,
      severity,
      cooldown,
      forget,
      finds,
    };
    return [detector as PlanDetector];
  });
}

function checkTimes(path: readonly string[], { cooldown, forget }: FileDetector, problems: Problems): void {
  if (forget === 0) problems.add([...path, 'forget'], 'expected more than 0');
  else if (cooldown > forget)
    problems.add(
      [...path, 'cooldown'],
      `expected at most forget, ${formatDuration(forget)}, got ${formatDuration(cooldown)}: what is forgotten cannot be cooling down`,
    );
}

function eventsOf(
  path: readonly string[],
  { by = [], size }: FileDetector,
  key: string,
  fields: readonly PlanField[],
  problems: Problems,
): DetectorInput {
  if (size !== undefined)
    problems.add([...path, 'size'], 'only rows of a window have a size; say which with window: NAME');
  // A key that cannot be one is told where it stands.
  const usable = fields.some(({ name, type }) => name === key && type === 'string');
  const names = by.length > 0 || !usable ? by : [key];
  if (usable && !names.includes(key))
    problems.add(
      [...path, 'by'],
      `detectors need the Kafka key "${key}" among the fields they go by: only events with the same key come in one order, in one partition`,
    );
  return { kind: 'events', fields, by: resolveKeys([...path, 'by'], names, fields, problems) };
}

function windowOf(
  path: readonly string[],
  { by, size }: FileDetector,
  name: string,
  fields: readonly PlanField[],
  windows: readonly PlanWindow[],
  problems: Problems,
): DetectorInput | undefined {
  const window = windows.find((each) => each.name === name);
  const fail = (place: string, message: string) => {
    problems.add([...path, place], message);
    return undefined;
  };
  if (by) fail('by', `a detector on a window goes by what the window is grouped by; leave it out`);
  if (!window)
    return fail(
      'window',
      unknown(
        'window',
        name,
        windows.map((each) => each.name),
      ),
    );
  if (window.kind === 'session') return fail('window', `"${name}" has sessions, and detectors need a window of sizes`);
  const sizes = window.spans.map((span) => span.size);
  const known = sizes.map(formatDuration).join(', ');
  if (size === undefined && sizes.length > 1) return fail('window', `expected size: one of ${known}`);
  const wanted = size ?? sizes[0]!;
  const span = window.spans.find((each) => each.size === wanted);
  if (!span) return fail('size', `expected one of ${known}, got ${formatDuration(wanted)}`);
  return {
    kind: 'window',
    window: name,
    ...span,
    fields: rowFields(window, fields),
    by: window.by.map((_, index) => index),
  };
}

/** What an expression over the rows of a window may name: keys, aggregates, and the window's times. */
function rowFields(window: PlanWindow, fields: readonly PlanField[]): ScopeField[] {
  const keys = window.by.map((column) => fields[column]).filter((field) => field !== undefined);
  const times = ['window_start', 'window_end'].map((name) => ({ name, type: 'timestamp' as const, scale: 0 }));
  return [...keys, ...window.aggregates, ...times].map(({ name, type, scale }) => ({ name, type, scale }));
}

function resolveKind(path: readonly string[], written: FileDetector, scope: Scope, problems: Problems) {
  const form: KindForm = kindForms[written.kind];
  const settings = Object.fromEntries(
    Object.keys(form.settings).map((name) => [name, (written as Record<string, unknown>)[name]]),
  ) as never;
  for (const problem of form.problems?.(settings, written) ?? [])
    problems.add([...path, ...problem.path], problem.message);
  const inputs = form.inputs(settings).flatMap((text) => {
    const expression = problems.attempt([...path, ...text.path], () => inputOf(text, scope));
    return expression ? [{ name: text.path.join('.'), expression }] : [];
  });
  return { settings, inputs };
}

function inputOf({ text, takes }: InputText, scope: Scope): Expression {
  if (takes === 'condition') return parseFilter(text, scope);
  const expression = parseExpression(text, scope);
  if (takes === 'number' && !isNumeric(expression.type)) throw usageError(`expected a number, got ${expression.type}`);
  if (expression.type === 'string' && expression.kind !== 'field') throw usageError('expected a field, got a literal');
  return expression;
}

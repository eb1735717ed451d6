import { parseAggregate } from '../expression/aggregate.js';
import { parseFilter } from '../expression/parse.js';
import { Scope } from '../expression/scope.js';
import type { PlanAggregate, PlanField, PlanWindow } from '../plan.js';
import type { PipelineFile } from '../schema.js';
import { resolveKeys } from './keys.js';
import type { Problems } from './problems.js';
import { checkName } from './reserved.js';
import { resolveSession } from './session.js';
import { resolveSpans, sliceOf } from './spans.js';

type FileWindow = PipelineFile['windows'][string];

export function resolveWindows(file: PipelineFile, fields: readonly PlanField[], problems: Problems): PlanWindow[] {
  const scope = new Scope(fields);
  return Object.entries(file.windows).map(([name, window]) => {
    const path = ['windows', name];
    checkWindowName(path, name, problems);
    return {
      name,
      description: window.description,
      ...resolveTimes(path, window, file.topic.key, problems),
      where: filter([...path, 'where'], window.where, scope, problems),
      by: resolveKeys([...path, 'by'], window.by, fields, problems),
      aggregates: resolveAggregates([...path, 'aggregates'], window, scope, problems),
    };
  });
}

function resolveTimes(path: readonly string[], window: FileWindow, key: string, problems: Problems) {
  if (window.session) return resolveSession(path, { ...window, session: window.session }, key, problems);
  const spans = resolveSpans(path, window, problems);
  return { kind: 'sliced' as const, spans, slice: sliceOf(spans) };
}

/** Streams of a pipeline that have tables beside the windows', and the ending that the windows' own tables have. */
const takenNames = ['events', 'late', 'dlq', 'alerts'];

function checkWindowName(path: readonly string[], name: string, problems: Problems): void {
  if (takenNames.includes(name) || name.endsWith('_rows'))
    problems.add(path, `a table of this pipeline has the name "${name}" already; take another name`);
}

function resolveAggregates(
  path: readonly string[],
  window: FileWindow,
  scope: Scope,
  problems: Problems,
): PlanAggregate[] {
  const entries = Object.entries(window.aggregates);
  if (entries.length === 0) problems.add(path, 'expected at least one aggregate, such as events: count()');
  return entries.flatMap(([name, written]) => {
    const place = [...path, name];
    checkName(place, name, problems);
    if (window.by.includes(name)) problems.add(place, `"${name}" is grouped by; take another name`);
    const where = 'where' in written ? filter([...place, 'where'], written.where, scope, problems) : undefined;
    const valuePath = 'where' in written ? [...place, 'value'] : place;
    const aggregate = problems.attempt(valuePath, () => parseAggregate(written.value, scope));
    return aggregate ? [{ name, ...aggregate, where }] : [];
  });
}

function filter(path: readonly string[], text: string | undefined, scope: Scope, problems: Problems) {
  return text === undefined ? undefined : problems.attempt(path, () => parseFilter(text, scope));
}

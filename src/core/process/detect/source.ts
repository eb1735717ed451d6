import type { Expression } from '../../pipeline/expression/expression.js';
import type { PlanDetector } from '../../pipeline/plan.js';
import type { Dictionary } from '../dictionary.js';
import type { ColumnExpression, ColumnExpressions } from '../expressions.js';
import { KeyLayout } from '../window/keys.js';
import type { DetectorKind, KeyDetector, Value } from './kind.js';
import { detectorKinds } from './registry.js';

/** What the states of one detector have in common: what is made for each key, and how it is fed. */
export interface DetectorSource {
  detector: PlanDetector;
  create(): KeyDetector;
  layout: KeyLayout;
  where: ColumnExpression | undefined;
  inputs: readonly ColumnExpression[];
  /** Of an input's value, from what the expression gives: NaN is null, strings are ids. */
  values: readonly ((raw: number) => Value)[];
  /** By input, for those that are strings. */
  dictionaries: readonly (Dictionary | undefined)[];
}

export function detectorSource(
  detector: PlanDetector,
  dictionary: Dictionary,
  expressions: ColumnExpressions,
): DetectorSource {
  const { input, where, inputs, settings } = detector;
  const kind = detectorKinds[detector.kind] as DetectorKind;
  return {
    detector,
    create: () => kind.create(settings),
    layout: new KeyLayout(input.fields, input.by, dictionary),
    where: where && expressions.compile(where),
    inputs: inputs.map(({ expression }) => expressions.compile(expression)),
    values: inputs.map(({ expression }) => reading(expression, dictionary)),
    dictionaries: inputs.map(({ expression }) => (expression.type === 'string' ? dictionary : undefined)),
  };
}

function reading({ type, scale }: Expression, dictionary: Dictionary): (raw: number) => Value {
  const unit = 10 ** scale;
  switch (type) {
    case 'string':
      return (raw) => (Number.isNaN(raw) ? null : dictionary.textOf(raw));
    case 'bool':
      return (raw) => (Number.isNaN(raw) ? null : raw === 1);
    default:
      return (raw) => (Number.isNaN(raw) ? null : raw / unit);
  }
}

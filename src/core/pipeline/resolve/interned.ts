import type { Expression } from '../expression/expression.js';
import type { PlanDetector, PlanEnrichment, PlanField, PlanWindow } from '../plan.js';

/** Columns whose strings become dense ids: see PlanField.interned. */
export function internedColumns(
  fields: readonly PlanField[],
  enrich: readonly PlanEnrichment[],
  windows: readonly PlanWindow[],
  detect: readonly PlanDetector[],
): ReadonlySet<number> {
  const used = new Set<number>();
  fields.forEach((field, column) => {
    if (field.origin === 'enriched' || field.values) used.add(column);
  });
  for (const { on } of enrich) used.add(on);
  for (const { by, where, aggregates } of windows) {
    for (const column of by) used.add(column);
    for (const expression of [where, ...aggregates.flatMap((each) => [each.argument, each.where])])
      if (expression) for (const column of columnsOf(expression)) used.add(column);
  }
  for (const { input, where, inputs } of detect) {
    // On a window it reads what the window has already.
    if (input.kind === 'window') continue;
    for (const column of input.by) used.add(column);
    for (const expression of [where, ...inputs.map((each) => each.expression)])
      if (expression) for (const column of columnsOf(expression)) used.add(column);
  }
  return new Set([...used].filter((column) => fields[column]?.type === 'string'));
}

/** Every column that an expression reads. */
export function columnsOf(expression: Expression): number[] {
  switch (expression.kind) {
    case 'literal':
      return [];
    case 'field':
      return [expression.column];
    case 'not':
    case 'in':
    case 'is_null':
      return columnsOf(expression.operand);
    default:
      return [...columnsOf(expression.left), ...columnsOf(expression.right)];
  }
}

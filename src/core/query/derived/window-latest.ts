import type { PlanWindow } from '../../pipeline/plan.js';
import { formatDuration } from '../../runtime/units.js';
import { quoteIdentifier, quoteIdentifiers } from '../../sink/identifiers.js';
import { windowView } from '../../sink/names.js';
import type { Derivation } from './derivation.js';

/** `<window>_latest`: the newest windows of one size, or the newest sessions; the largest groups first. */
export const windowLatest: Derivation = (plan) =>
  plan.windows.map((window) => {
    const sizes = sizesOf(window);
    const by = window.by.map((index) => plan.fields[index]!.name);
    const aggregates = window.aggregates.map((aggregate) => aggregate.name);
    const order = [
      ...aggregates.slice(0, 1).map((name) => `${quoteIdentifier(name)} DESC`),
      ...by.map(quoteIdentifier),
    ];
    return {
      name: `${window.name}_latest`,
      description:
        sizes.length === 0
          ? `Newest sessions of ${window.name}.`
          : `Newest windows of ${window.name}; size in ms, one of ${sizes.map((size) => `${size} (${formatDuration(size)})`).join(', ')}.`,
      sql: `SELECT ${quoteIdentifiers(['window_start', 'window_end', ...by, ...aggregates])}
FROM ${quoteIdentifier(windowView(plan, window))}
${sizes.length === 0 ? '' : 'WHERE window_size = {size:Int64}\n'}ORDER BY ${['window_start DESC', ...order].join(', ')}
LIMIT {limit:UInt32}`,
      params: { ...(sizes.length === 0 ? {} : { size: sizes[0]! }), limit: 20 },
    };
  });

/** None for sessions: each has its own. */
function sizesOf(window: PlanWindow): number[] {
  return window.kind === 'session' ? [] : [...new Set(window.spans.map(({ size }) => size))];
}

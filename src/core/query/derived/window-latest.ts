import { formatDuration } from '../../runtime/units.js';
import { quoteIdentifier, quoteIdentifiers } from '../../sink/identifiers.js';
import { windowView } from '../../sink/names.js';
import type { Derivation } from './derivation.js';

/** `<window>_latest`: the newest windows of one size, the largest groups first. */
export const windowLatest: Derivation = (plan) =>
  plan.windows.map((window) => {
    const sizes = [...new Set(window.spans.map((span) => span.size))];
    const by = window.by.map((index) => plan.fields[index]!.name);
    const aggregates = window.aggregates.map((aggregate) => aggregate.name);
    const order = [
      ...aggregates.slice(0, 1).map((name) => `${quoteIdentifier(name)} DESC`),
      ...by.map(quoteIdentifier),
    ];
    return {
      name: `${window.name}_latest`,
      description: `Newest windows of ${window.name}; size in ms, one of ${sizes
        .map((size) => `${size} (${formatDuration(size)})`)
        .join(', ')}.`,
      sql: `SELECT ${quoteIdentifiers(['window_start', 'window_end', ...by, ...aggregates])}
FROM ${quoteIdentifier(windowView(plan, window))}
WHERE window_size = {size:Int64}
ORDER BY ${['window_start DESC', ...order].join(', ')}
LIMIT {limit:UInt32}`,
      params: { size: sizes[0]!, limit: 20 },
    };
  });

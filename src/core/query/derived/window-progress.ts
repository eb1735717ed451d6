import { quoteIdentifier } from '../../sink/identifiers.js';
import { windowView } from '../../sink/names.js';
import type { Derivation } from './derivation.js';

/** `window_progress`: how far each window and size has come. */
export const windowProgress: Derivation = (plan) => {
  if (plan.windows.length === 0) return [];
  const parts = plan.windows.map(
    (
      window,
    ) => `SELECT '${window.name}' AS window, window_size AS size_ms, uniqExact(window_start) AS windows, count() AS rows,
  max(window_end) AS newest_end, countIf(_provisional) AS provisional, max(_emitted_at) AS emitted_at
FROM ${quoteIdentifier(windowView(plan, window))} GROUP BY window_size`,
  );
  return [
    {
      name: 'window_progress',
      description: 'How far each window and size has come: windows, rows, newest end, how many rows are provisional.',
      sql: `SELECT * FROM (\n${parts.join('\nUNION ALL\n')}\n) ORDER BY window, size_ms`,
      params: {},
    },
  ];
};

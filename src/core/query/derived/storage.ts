import { rawTable, windowTable } from '../../sink/names.js';
import type { Derivation } from './derivation.js';

/** `storage`: rows, parts and bytes of the pipeline's tables. */
export const storage: Derivation = (plan) => {
  const tables = [rawTable(plan), ...plan.windows.map((window) => windowTable(plan, window))];
  return [
    {
      name: 'storage',
      description: "Rows, parts and bytes on disk of the pipeline's tables; unmerged revisions of windows count.",
      sql: `SELECT table, sum(rows) AS rows, count() AS parts, sum(bytes_on_disk) AS bytes,
  round(sum(data_uncompressed_bytes) / sum(data_compressed_bytes), 1) AS compression,
  round(sum(bytes_on_disk) / sum(rows), 1) AS bytes_per_row
FROM system.parts
WHERE active AND database = currentDatabase() AND table IN (${tables.map((table) => `'${table}'`).join(', ')})
GROUP BY table ORDER BY bytes DESC`,
      params: {},
    },
  ];
};

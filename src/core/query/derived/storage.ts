import { alertTable, rawTable, windowTable } from '../../sink/names.js';
import type { Derivation } from './derivation.js';

/** `storage`: rows, parts and bytes of the pipeline's tables. */
export const storage: Derivation = (plan) => {
  const tables = [rawTable(plan), ...plan.windows.map((window) => windowTable(plan, window)), alertTable(plan)];
  return [
    {
      name: 'storage',
      description: "Rows, parts and bytes on disk of the pipeline's tables; unmerged revisions count.",
      sql: `SELECT p.table AS table, sum(p.rows) AS rows, count() AS parts, sum(p.bytes_on_disk) AS bytes,
  round(sum(p.data_uncompressed_bytes) / sum(p.data_compressed_bytes), 1) AS compression,
  round(sum(p.bytes_on_disk) / sum(p.rows), 1) AS bytes_per_row
FROM system.parts AS p
WHERE p.active AND p.database = currentDatabase() AND p.table IN (${tables.map((table) => `'${table}'`).join(', ')})
GROUP BY table ORDER BY bytes DESC`,
      params: {},
    },
  ];
};

import type { PlanEnrichment, PlanField } from '../plan.js';
import type { PipelineFile } from '../schema.js';
import { checkScale } from './event-fields.js';
import { entryOf, type Problems, unknown } from './problems.js';
import { checkName } from './reserved.js';

type FileEnrichment = PipelineFile['enrich'][number];
type Tables = NonNullable<PipelineFile['metadata']>['tables'];
type Column = Tables[string]['columns'][string];

/** The enriched columns, numbered after the event's own, and the look-ups in the order in which they run: each sees what those before it took. */
export function resolveEnrichments(
  file: PipelineFile,
  own: readonly PlanField[],
  problems: Problems,
): { fields: PlanField[]; enrich: PlanEnrichment[] } {
  const all = [...own];
  const enrich = file.enrich.map((enrichment, index) => {
    const path = ['enrich', index];
    const on = lookedUp([...path, 'on', 'field'], enrichment.on.field, all, problems);
    const table = file.metadata ? knownTable(path, enrichment, file.metadata.tables, problems) : undefined;
    if (Object.keys(enrichment.take).length === 0)
      problems.add([...path, 'take'], 'expected at least one field to take');
    const take = Object.entries(enrichment.take).map(([name, wanted]) => {
      const place = [...path, 'take', name];
      checkTaken(place, name, wanted, all, problems);
      if (table) checkColumn(place, wanted, table.columns, problems);
      const { type, scale = 0 } = wanted as { type: PlanField['type']; scale?: number };
      if (!all.some((field) => field.name === name))
        all.push({ name, type, optional: true, scale, interned: false, origin: 'enriched' });
      return { column: all.length - 1, from: wanted.column };
    });
    return { table: enrichment.table, on, keyColumn: enrichment.on.column, take };
  });
  return { fields: all.slice(own.length), enrich };
}

function lookedUp(path: (string | number)[], name: string, fields: readonly PlanField[], problems: Problems): number {
  const column = fields.findIndex((field) => field.name === name);
  const field = fields[column];
  if (!field)
    problems.add(
      path,
      unknown(
        'field',
        name,
        fields.map((each) => each.name),
      ),
    );
  else if (field.type !== 'string' && field.type !== 'int')
    problems.add(path, `expected a string or an int to look up by, got "${name}" of type ${field.type}`);
  return column;
}

function knownTable(
  path: (string | number)[],
  { table, on }: FileEnrichment,
  tables: Tables,
  problems: Problems,
): Tables[string] | undefined {
  const known = entryOf(tables, table);
  if (!known) problems.add([...path, 'table'], unknown('table', table, Object.keys(tables)));
  else if (known.key !== on.column && entryOf(known.columns, known.key))
    problems.add([...path, 'on', 'column'], `expected the key of ${table}, "${known.key}", got "${on.column}"`);
  return known;
}

function checkTaken(
  path: (string | number)[],
  name: string,
  wanted: FileEnrichment['take'][string],
  fields: readonly PlanField[],
  problems: Problems,
): void {
  checkName(path, name, problems);
  checkScale(path, wanted, problems);
  const clash = fields.find((field) => field.name === name);
  if (clash)
    problems.add(
      path,
      `"${name}" is already ${clash.origin === 'event' ? 'a field of the event' : 'taken before'}; take it under another name, such as ${name}_2`,
    );
}

function checkColumn(
  path: (string | number)[],
  { column, ...wanted }: FileEnrichment['take'][string],
  columns: Tables[string]['columns'],
  problems: Problems,
): void {
  const found = entryOf(columns, column);
  if (!found) problems.add(path, unknown('column', column, Object.keys(columns)));
  else if (!holds(wanted as { type: PlanField['type']; scale?: number }, found))
    problems.add(path, `expected a type that holds the column's ${describe(found)}, got ${describe(wanted)}`);
}

/** Whether every value of a table's column is a value of the wanted type. */
function holds(wanted: { type: PlanField['type']; scale?: number }, found: Column): boolean {
  if (found.type === 'text') return wanted.type === 'string';
  if (found.type === 'int') return ['int', 'float', 'decimal'].includes(wanted.type);
  if (found.type === 'decimal') return wanted.type === 'decimal' && (wanted.scale ?? 0) >= scaleOf(found);
  return wanted.type === found.type;
}

function scaleOf(column: Column): number {
  return 'scale' in column ? column.scale : 0;
}

function describe(column: { type: string; scale?: number | undefined }): string {
  return column.scale === undefined ? column.type : `${column.type} of scale ${column.scale}`;
}

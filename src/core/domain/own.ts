import type { Domain, EventSource, EventValues, KeySource, PartitionContext } from '../generate/generator.js';
import type { Random } from '../generate/random.js';
import type { Plan, PlanField } from '../pipeline/plan.js';
import { blankEvent } from './parts/columns.js';
import { type CellReader, cellReader, rowPicker } from './parts/own-rows.js';
import { type ValueMaker, valueMaker } from './parts/own-values.js';

const defaultKeys = 1_000;

/**
 * The generator of a user's own pipeline file: each field by itself, from its type, limits and `generate` hints. Values `from: table.column` of
 * one table come from one row per event; the key's table is that of the key's row.
 */
export function ownDomain(plan: Plan): Domain {
  const key = plan.fields[plan.key]!;
  return {
    name: plan.name,
    reads: readsOf(plan),
    key: keySource(key),
    source: (context) => ownSource(context),
  };
}

/** table.column of a hint, which the loader has checked. */
export function originOf(field: PlanField): { table: string; column: string } | undefined {
  const [table, column] = field.generate?.from?.split('.') ?? [];
  return table !== undefined && column !== undefined ? { table, column } : undefined;
}

function readsOf(plan: Plan): Record<string, string[]> {
  const reads: Record<string, string[]> = {};
  for (const origin of plan.fields.map(originOf)) {
    if (!origin) continue;
    const known = reads[origin.table] ?? [];
    reads[origin.table] = known.includes(origin.column) ? known : [...known, origin.column];
  }
  return reads;
}

function keySource(key: PlanField): KeySource {
  const origin = originOf(key);
  if (origin) return origin;
  if (key.values) return { values: key.values };
  const count = key.generate?.cardinality ?? defaultKeys;
  return { values: Array.from({ length: count }, (_, index) => `${key.name}_${index}`) };
}

interface Filler {
  column: number;
  /** Share of events that leave the field out. */
  absent: number;
  make: (random: Random, time: number) => EventValues[number];
}

function ownSource(context: PartitionContext): EventSource {
  const { plan, random, metadata } = context;
  const keyField = plan.fields[plan.key]!;
  const tables = new Map(
    Object.keys(readsOf(plan)).map((table) => [table, rowPicker(plan, table, metadata, originOf(keyField))]),
  );
  const fillers: Filler[] = [];
  for (const [column, field] of plan.fields.slice(0, plan.eventFields).entries()) {
    if (column === plan.id || column === plan.time || column === plan.key) continue;
    const origin = originOf(field);
    const absent = field.optional ? (field.generate?.absent ?? 0) : 0;
    if (!origin) fillers.push({ column, absent, make: valueMaker(field) satisfies ValueMaker });
    else {
      const picker = tables.get(origin.table)!;
      const read: CellReader = cellReader(plan, field, origin, metadata);
      fillers.push({ column, absent, make: () => read(picker.current) });
    }
  }
  const pickers = [...tables.values()];
  return {
    next(time) {
      const key = context.drawKey();
      const event = blankEvent(plan);
      event[plan.key] = key;
      for (const picker of pickers) picker.draw(key, random);
      for (const { column, absent, make } of fillers)
        if (absent === 0 || !random.chance(absent)) event[column] = make(random, time);
      return event;
    },
  };
}

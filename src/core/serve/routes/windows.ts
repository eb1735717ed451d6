import { z } from 'zod';
import type { Plan, PlanWindow } from '../../pipeline/plan.js';
import type { Condition } from '../../query/pages/page.js';
import { ofSize, reachOf, sizesOf, windowSource } from '../../query/pages/sources.js';
import type { Routes } from './routes.js';
import { type RowsQuery, rowsRoute } from './rows-route.js';

/** Of each window of each pipeline: its rows by time range and keys. */
export const windowRoutes: Routes = (app, context) => {
  for (const plan of context.plans)
    for (const window of plan.windows) {
      const url = `/v1/pipelines/${plan.name}/windows/${window.name}`;
      rowsRoute(app, context, { url, ...windowPage(plan, window) });
    }
};

/** What a window's route is made of. */
export function windowPage(plan: Plan, window: PlanWindow) {
  const keys = window.by.map((index) => plan.fields[index]!);
  const sizes = sizesOf(window);
  return {
    tag: plan.name,
    plan,
    summary: window.description ?? `Windows of ${window.name}`,
    source: windowSource(plan, window),
    filters: {
      ...(sizes.length > 0
        ? {
            size: z
              .enum(sizes as [string, ...string[]])
              .default(sizes[0]!)
              .describe('Size of the windows.'),
          }
        : {}),
      ...Object.fromEntries(
        keys.map(({ name, type, description }) => [
          `key.${name}`,
          keySchema(type)
            .optional()
            .describe(description ?? `Only windows of this ${name}.`),
        ]),
      ),
    },
    reach: (query: RowsQuery) => {
      const some = keys.some(({ name }) => query[`key.${name}`] !== undefined);
      return reachOf(window, query.size as string | undefined, some);
    },
    conditions: (query: RowsQuery): Condition[] => [
      ...ofSize(query.size as string | undefined),
      ...keys.flatMap(({ name, type }) => {
        const value = query[`key.${name}`];
        return value === undefined
          ? []
          : [{ column: name, is: '=', value: String(value), type: keyTypes[type] ?? 'String' } as const];
      }),
    ],
  };
}

const keyTypes: Readonly<Record<string, string>> = { int: 'Int64', bool: 'Bool' };

function keySchema(type: string): z.ZodType {
  if (type === 'int') return z.string().regex(/^-?\d{1,18}$/, 'expected a whole number');
  return type === 'bool' ? z.enum(['true', 'false']) : z.string().max(1_000);
}

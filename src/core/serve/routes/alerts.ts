import { z } from 'zod';
import { severities } from '../../pipeline/detect/schema.js';
import { alertColumns } from '../../sink/columns.js';
import { alertTable } from '../../sink/names.js';
import { answerColumn } from '../statements/columns.js';
import type { Condition } from '../statements/page.js';
import { pageRoute } from './page-route.js';
import type { Routes } from './routes.js';

const isJson = ['keys', 'evidence'];
const columns = alertColumns.map(({ name, type, comment }) => ({
  ...answerColumn(name, type, comment),
  ...(isJson.includes(name) ? { kind: 'json' as const } : {}),
}));
const order = ['time', 'detector', 'id'].map((name) => columns.find((column) => column.name === name)!);

/** What the detectors of each pipeline raised. */
export const alertRoutes: Routes = (app, context) => {
  for (const plan of context.plans)
    pageRoute(app, context, {
      url: `/v1/pipelines/${plan.name}/alerts`,
      tag: plan.name,
      summary: 'Alerts of its detectors, by event time',
      plan,
      source: { table: alertTable(plan), columns, order },
      filters: {
        detector: z.string().max(200).optional().describe('Only of this detector.'),
        severity: z.enum(severities).optional().describe('Only of this severity.'),
      },
      spanMs: () => 60_000,
      conditions: (query) =>
        ['detector', 'severity'].flatMap((column): Condition[] =>
          query[column] === undefined ? [] : [{ column, is: '=', value: String(query[column]), type: 'String' }],
        ),
    });
};

import { z } from 'zod';
import { severities } from '../../pipeline/detect/schema.js';
import type { Condition } from '../../query/pages/page.js';
import { alertSource, reachOfAlerts } from '../../query/pages/sources.js';
import type { Routes } from './routes.js';
import { rowsRoute } from './rows-route.js';

/** What the detectors of each pipeline raised. */
export const alertRoutes: Routes = (app, context) => {
  for (const plan of context.plans)
    rowsRoute(app, context, {
      url: `/v1/pipelines/${plan.name}/alerts`,
      tag: plan.name,
      summary: 'Alerts of its detectors, by event time',
      plan,
      source: alertSource(plan),
      filters: {
        detector: z.string().max(200).optional().describe('Only of this detector.'),
        severity: z.enum(severities).optional().describe('Only of this severity.'),
      },
      reach: () => reachOfAlerts,
      conditions: (query) =>
        ['detector', 'severity'].flatMap((column): Condition[] =>
          query[column] === undefined ? [] : [{ column, is: '=', value: String(query[column]), type: 'String' }],
        ),
    });
};

import type { Plan } from '../../pipeline/plan.js';
import { queryNamed } from '../../query/catalogue.js';
import { queryRoute } from './queries.js';
import type { Routes } from './routes.js';
import { rowsRoute } from './rows-route.js';
import { windowPage } from './windows.js';

/** What each shipped domain is asked for most, under the name that the field has for it. */
const endpoints: Readonly<Record<string, Readonly<Record<string, { query: string } | { window: string }>>>> = {
  ecommerce: { funnel: { query: 'conversion_funnel' }, revenue: { window: 'revenue' } },
  iot: { 'device-health': { query: 'device_health' }, anomalies: { window: 'anomalies' } },
  saas: { retention: { query: 'retention' }, 'feature-adoption': { query: 'feature_adoption' } },
  finance: { fraud: { query: 'fraud_summary' }, compliance: { query: 'compliance_report' } },
};

/** /v1/ecommerce/funnel and its like: the same answers under shorter names. */
export const domainRoutes: Routes = (app, context) => {
  for (const plan of context.plans)
    for (const [name, of] of Object.entries(endpoints[plan.source] ?? {})) {
      const url = `/v1/${plan.name}/${name}`;
      if ('query' in of) queryRoute(app, context, { url, plan, query: queryNamed(plan, of.query) });
      else rowsRoute(app, context, { url, ...windowPage(plan, windowNamed(plan, of.window)) });
    }
};

function windowNamed(plan: Plan, name: string) {
  return plan.windows.find((window) => window.name === name)!;
}

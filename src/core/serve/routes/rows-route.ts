import { z } from 'zod';
import type { Plan } from '../../pipeline/plan.js';
import type { AnswerColumn } from '../../query/pages/columns.js';
import type { Condition, PageSource } from '../../query/pages/page.js';
import { Pages } from '../../query/pages/pages.js';
import type { Reach } from '../../query/pages/reach.js';
import { rowsAsCsv, rowsAsJson } from '../../query/pages/rows.js';
import { asksStore, briefly, otherwise } from '../answers.js';
import type { Answer, ApiContext } from '../context.js';
import { epochMs, instant } from './instant.js';
import type { Api } from './routes.js';

export type RowsQuery = Readonly<Record<string, unknown>>;
type Query = RowsQuery & z.infer<z.ZodObject<typeof paging>>;

export interface RowsRoute {
  url: string;
  tag: string;
  summary: string;
  plan: Plan;
  source: PageSource;
  filters: Readonly<Record<string, z.ZodType>>;
  conditions(query: RowsQuery): Condition[];
  /** How far of time a page probably reaches. */
  reach(query: RowsQuery): Reach;
}

const most = 10_000;

const paging = {
  from: instant.optional().describe('From this time on: ISO 8601, epoch milliseconds, or how long ago such as 15m.'),
  to: instant.optional().describe('Up to this time, exclusive.'),
  order: z.enum(['desc', 'asc']).default('desc').describe('By time; desc: the newest first.'),
  limit: z.coerce.number().int().min(1).max(most).default(100).describe('Rows of a page.'),
  cursor: z.string().max(4_000).optional().describe('Where to go on: what the page before gave as next.'),
  format: z.enum(['json', 'csv']).default('json'),
};

/** A route that answers rows of a view page by page, as JSON or CSV. */
export function rowsRoute(app: Api, { runtime, store, answers }: ApiContext, route: RowsRoute): void {
  const { source } = route;
  const page = z.object({
    rows: z.array(z.object(Object.fromEntries(source.columns.map((column) => [column.name, cellSchema(column)])))),
    next: z.string().nullable().describe('The cursor of the next page; null on the last.'),
  });
  const pages = new Pages(store, route.plan, source);
  app.get(
    route.url,
    {
      schema: {
        summary: route.summary,
        tags: [route.tag],
        querystring: z.strictObject({ ...paging, ...route.filters }),
        response: {
          200: {
            description: 'Rows; with format=csv the cursor of the next page is in the header x-next-cursor.',
            content: { 'application/json': { schema: page }, 'text/csv': { schema: z.string() } },
          },
          ...otherwise(...asksStore),
        },
      },
    },
    async (request, reply) => {
      const query = request.query as Query;
      const { body, next } = await answers.get(request.url, () => answer(query));
      reply.header('cache-control', briefly).type(`${types[query.format]}; charset=utf-8`);
      if (next && query.format === 'csv') reply.header('x-next-cursor', next);
      return reply.send(body);
    },
  );

  async function answer(query: Query): Promise<Answer> {
    const { order, limit, cursor, format } = query;
    const now = runtime.clock.now();
    const { rows, next } = await pages.page({
      range: { from: epochMs(query.from, now), to: epochMs(query.to, now) },
      conditions: route.conditions(query),
      order,
      limit,
      cursor,
      reach: route.reach(query),
    });
    const { columns } = source;
    if (format === 'csv') return { body: rowsAsCsv(rows, columns), next };
    return { body: `{"rows":${rowsAsJson(rows, columns)},"next":${JSON.stringify(next)}}`, next };
  }
}

const types = { json: 'application/json', csv: 'text/csv' } as const;

function cellSchema({ kind, nullable, description }: AnswerColumn): z.ZodType {
  const schema = kinds[kind]();
  return (nullable ? schema.nullable() : schema).describe(description ?? '');
}

const kinds: Record<AnswerColumn['kind'], () => z.ZodType> = {
  text: () => z.string(),
  time: () => z.iso.datetime(),
  exact: () => z.number(),
  float: () => z.number().nullable(),
  bool: () => z.boolean(),
  json: () => z.unknown(),
};

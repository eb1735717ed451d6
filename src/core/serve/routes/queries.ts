import { z } from 'zod';
import type { Plan } from '../../pipeline/plan.js';
import { formatSettings } from '../../query/ask.js';
import { queriesOf } from '../../query/catalogue.js';
import { type NamedQuery, type Parameter, parametersOf } from '../../query/named-query.js';
import { bindParameters } from '../../query/parameters.js';
import { asksStore, briefly, otherwise } from '../answers.js';
import type { Answer, ApiContext } from '../context.js';
import type { Api, Routes } from './routes.js';

/** More than these are for `pipe query`, which streams. */
const mostRows = 100_000;

/** Each named query of each pipeline, its parameters in the address. */
export const queryRoutes: Routes = (app, context) => {
  for (const plan of context.plans)
    for (const query of queriesOf(plan))
      queryRoute(app, context, { url: `/v1/pipelines/${plan.name}/queries/${query.name}`, plan, query });
};

export interface QueryRoute {
  url: string;
  plan: Plan;
  query: NamedQuery;
}

export function queryRoute(app: Api, { store, answers }: ApiContext, { url, plan, query }: QueryRoute): void {
  app.get(
    url,
    {
      schema: {
        summary: query.description,
        tags: [plan.name],
        querystring: z.strictObject({
          ...Object.fromEntries(parametersOf(query).map((parameter) => [parameter.name, parameterSchema(parameter)])),
          ...formatParameter(query),
        }),
        response: {
          200: {
            description: 'All rows of the answer.',
            content: {
              'application/json': { schema: z.object({ rows: z.array(z.record(z.string(), z.unknown())) }) },
              'text/csv': { schema: z.string() },
            },
          },
          ...otherwise(...asksStore),
        },
      },
    },
    async (request, reply) => {
      const { format, ...given } = request.query as Record<string, string | number>;
      const csv = format === 'csv';
      const { body } = await answers.get(request.url, () => answer(given, csv));
      const type = csv ? 'text/csv' : 'application/json';
      return reply.header('cache-control', briefly).type(`${type}; charset=utf-8`).send(body);
    },
  );

  async function answer(given: Record<string, string | number>, csv: boolean): Promise<Answer> {
    const values = Object.fromEntries(Object.entries(given).map(([name, value]) => [name, String(value)]));
    const statement = { sql: query.sql, params: bindParameters(query, values) };
    const settings = { ...formatSettings(), max_result_rows: String(mostRows), result_overflow_mode: 'throw' } as const;
    if (csv) return { body: await store.ask(plan, statement, 'CSVWithNames', settings), next: null };
    // ClickHouse's own text of each row: no number loses a digit.
    const lines = (await store.ask(plan, statement, 'JSONEachRow', settings)).trimEnd().replaceAll('\n', ',');
    return { body: `{"rows":[${lines}]}`, next: null };
  }
}

/** A query's own parameter of that name goes before: its answer is JSON. */
function formatParameter({ sql, params }: NamedQuery): Record<string, z.ZodType> {
  const taken = parametersOf({ sql, params }).some(({ name }) => name === 'format');
  return taken ? {} : { format: z.enum(['json', 'csv']).default('json') };
}

/** Judged here as far as it is a number; all else ClickHouse judges. */
function parameterSchema({ type, default: fallback }: Parameter): z.ZodType {
  const schema = schemaOf(type).describe(
    `${type}${fallback === null ? '' : `; ${JSON.stringify(fallback)} if left out`}`,
  );
  return fallback === null ? schema : schema.optional();
}

function schemaOf(type: string): z.ZodType {
  const [, unsigned, bits] = /^(U?)Int(8|16|32|64)$/.exec(type) ?? [];
  if (bits === undefined) return /^(Float|Decimal)/.test(type) ? z.coerce.number() : z.string().max(10_000);
  const whole = z.coerce.number().int();
  // Beyond 2^53 a number of JavaScript is no longer the one that was written.
  const largest = Math.min(2 ** (Number(bits) - (unsigned ? 0 : 1)) - 1, Number.MAX_SAFE_INTEGER);
  return whole.min(unsigned ? 0 : -largest).max(largest);
}

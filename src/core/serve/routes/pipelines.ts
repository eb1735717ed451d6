import { z } from 'zod';
import type { Plan } from '../../pipeline/plan.js';
import { queriesOf } from '../../query/catalogue.js';
import { parametersOf } from '../../query/named-query.js';
import { sizesOf } from '../../query/pages/sources.js';
import { aggregateType } from '../../sink/types.js';
import { briefly, otherwise } from '../answers.js';
import type { Routes } from './routes.js';

const pipeline = z.object({
  pipeline: z.string(),
  description: z.string(),
  source: z.string().describe('The domain, or the file.'),
  running: z.object({ generator: z.boolean(), engine: z.boolean() }),
});

const described = pipeline.extend({
  topics: z.record(z.string(), z.string()),
  partitions: z.number().int(),
  fields: z.array(
    z.object({ name: z.string(), type: z.string(), origin: z.string(), description: z.string().nullable() }),
  ),
  windows: z.array(
    z.object({
      name: z.string(),
      description: z.string().nullable(),
      kind: z.enum(['sliced', 'session']),
      sizes: z.array(z.string()),
      by: z.array(z.string()),
      aggregates: z.array(z.object({ name: z.string(), function: z.string(), type: z.string() })),
    }),
  ),
  detectors: z.array(
    z.object({ name: z.string(), kind: z.string(), severity: z.string(), description: z.string().nullable() }),
  ),
  queries: z.array(
    z.object({
      name: z.string(),
      description: z.string(),
      params: z.array(
        z.object({ name: z.string(), type: z.string(), default: z.union([z.string(), z.number()]).nullable() }),
      ),
    }),
  ),
});

/** What there is to ask for, from the pipeline files. */
export const pipelineRoutes: Routes = (app, { plans, feed }) => {
  const listed = async (plan: Plan): Promise<z.infer<typeof pipeline>> => {
    const look = (await feed.now())?.pipelines.find(({ pipeline }) => pipeline === plan.name);
    const { name, description, source } = plan;
    const running = { generator: Boolean(look?.generator), engine: Boolean(look?.engine) };
    return { pipeline: name, description, source, running };
  };
  app.get(
    '/v1/pipelines',
    {
      schema: {
        summary: 'The pipelines that are served, and what runs of each',
        tags: ['pipelines'],
        response: { 200: z.object({ pipelines: z.array(pipeline) }), ...otherwise() },
      },
    },
    async (_, reply) => {
      reply.header('cache-control', briefly);
      return { pipelines: await Promise.all(plans.map(listed)) };
    },
  );
  for (const plan of plans)
    app.get(
      `/v1/pipelines/${plan.name}`,
      {
        schema: {
          summary: `What ${plan.source} says: topics, fields, windows, detectors, queries`,
          tags: [plan.name],
          response: { 200: described, ...otherwise() },
        },
      },
      async (_, reply) => {
        reply.header('cache-control', briefly);
        return { ...(await listed(plan)), ...partsOf(plan) };
      },
    );
};

function partsOf(plan: Plan): Omit<z.infer<typeof described>, keyof z.infer<typeof pipeline>> {
  return {
    topics: plan.topics,
    partitions: plan.partitions,
    fields: plan.fields.map(({ name, type, origin, description = null }) => ({ name, type, origin, description })),
    windows: plan.windows.map((window) => ({
      name: window.name,
      description: window.description ?? null,
      kind: window.kind,
      sizes: sizesOf(window),
      by: window.by.map((index) => plan.fields[index]!.name),
      aggregates: window.aggregates.map((aggregate) => ({
        name: aggregate.name,
        function: aggregate.function,
        type: aggregateType(aggregate),
      })),
    })),
    detectors: plan.detect.map(({ name, kind, severity, description = null }) => ({
      name,
      kind,
      severity,
      description,
    })),
    queries: queriesOf(plan).map((query) => ({
      name: query.name,
      description: query.description,
      params: parametersOf(query),
    })),
  };
}

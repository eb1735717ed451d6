import { join } from 'node:path';
import etag from '@fastify/etag';
import rateLimit from '@fastify/rate-limit';
import fastifyStatic from '@fastify/static';
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import fastify from 'fastify';
import {
  jsonSchemaTransform,
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod';
import { messageOf, PipeError } from '../runtime/errors.js';
import type { ApiContext } from './context.js';
import { failureOf, sendFailure } from './failures.js';
import { answerOtherMethods } from './guard/methods.js';
import { guard } from './guard/token.js';
import { alertRoutes } from './routes/alerts.js';
import { domainRoutes } from './routes/domains.js';
import { healthRoutes } from './routes/health.js';
import { lagRoutes } from './routes/lag.js';
import { letterRoutes } from './routes/letters.js';
import { liveRoutes } from './routes/live.js';
import { metricRoutes } from './routes/metrics.js';
import { pipelineRoutes } from './routes/pipelines.js';
import { queryRoutes } from './routes/queries.js';
import type { Api, Routes } from './routes/routes.js';
import { verificationRoutes } from './routes/verification.js';
import { windowRoutes } from './routes/windows.js';

const routes: readonly Routes[] = [
  healthRoutes,
  metricRoutes,
  liveRoutes,
  pipelineRoutes,
  lagRoutes,
  windowRoutes,
  queryRoutes,
  alertRoutes,
  letterRoutes,
  verificationRoutes,
  domainRoutes,
];

export interface ApiOptions {
  /** What every request must bear; only this machine may ask without one. */
  token: string | undefined;
  /** Requests that one address may send in a second. */
  rateLimit: number;
  /** The package's. */
  version: string;
}

/** The page takes nothing from elsewhere, and nothing may frame it. */
const pageHeaders = {
  'cache-control': 'no-cache',
  'content-security-policy':
    "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/** The server, ready to listen; it reads from the context and changes nothing. */
export async function buildApi(context: ApiContext, options: ApiOptions): Promise<Api> {
  const app: Api = fastify({
    bodyLimit: 16 * 1024,
    requestTimeout: 10_000,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 200, ignoreTrailingSlash: true },
  }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler(async (error, _, reply) => {
    if (failureOf(error).status === 500) context.runtime.note(`unexpected: ${messageOf(error)}`);
    return await sendFailure(reply, error);
  });
  const closeMethods = answerOtherMethods(app);
  guard(app, options.token);
  await app.register(rateLimit, {
    max: options.rateLimit,
    timeWindow: 1_000,
    errorResponseBuilder: (_, { max }) =>
      new PipeError(`more than ${max} requests in a second`, { code: 'RATE_LIMIT', hint: 'Ask again in a second.' }),
  });
  // What is refused or away is told again, however like the last time.
  app.addHook('onSend', async (request, { statusCode }, payload) => {
    if (statusCode !== 200) delete request.headers['if-none-match'];
    return payload;
  });
  await app.register(etag);
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'pipe',
        version: options.version,
        description: 'What runs, and what it has stored. It reads, and changes nothing.',
      },
      ...(options.token
        ? { components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } }, security: [{ token: [] }] }
        : {}),
    },
    transform: jsonSchemaTransform,
  });
  await app.register(swaggerUi, { routePrefix: '/docs' });
  for (const add of routes) add(app, context);
  app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger());
  await app.register(fastifyStatic, {
    root: join(context.runtime.packageRoot, 'dist/page'),
    wildcard: false,
    globIgnore: ['**/*.map'],
    cacheControl: false,
    setHeaders: (response) => response.headers(pageHeaders),
  });
  closeMethods();
  return app;
}

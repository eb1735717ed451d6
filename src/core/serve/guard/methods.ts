import { METHODS } from 'node:http';
import type { HTTPMethods } from 'fastify';
import { PipeError } from '../../runtime/errors.js';
import { notFound } from '../failures.js';
import type { Api } from '../routes/routes.js';

const answered = ['GET', 'HEAD', 'OPTIONS'];
const allow = { allow: answered.join(', ') };
/** Node hands CONNECT to nobody who routes. */
const refused = METHODS.filter((method) => method !== 'CONNECT' && !answered.includes(method));

/**
 * A path that is not there gets 404, another method on one that is 405, before a body is read. To be called before the routes are made; what it
 * answers with, when all are.
 */
export function answerOtherMethods(app: Api): () => void {
  for (const method of refused)
    if (!app.supportedMethods.includes(method as HTTPMethods)) app.addHttpMethod(method, { hasBody: false });
  const paths = new Set<string>();
  app.addHook('onRoute', ({ url }) => void paths.add(url));
  app.setNotFoundHandler((request) => {
    throw notFound(`there is no ${request.url.split('?')[0]}`, 'What there is: /docs', 'NO_PATH');
  });
  return () => {
    for (const url of [...paths]) {
      app.route({
        method: refused as HTTPMethods[],
        url,
        schema: { hide: true },
        onRequest: async ({ method }, reply) => {
          reply.headers(allow);
          throw new PipeError(`${method} is not answered here`, { code: 'METHOD', hint: `Allowed: ${allow.allow}.` });
        },
        handler: async () => undefined,
      });
      app.route({
        method: 'OPTIONS',
        url,
        schema: { hide: true },
        handler: async (_, reply) => reply.code(204).headers(allow).send(),
      });
    }
  };
}

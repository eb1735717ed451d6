import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { PipeError } from '../../runtime/errors.js';

const loopbackNames = ['localhost', '127.0.0.1', '[::1]'];

/** With a token, what tells of the pipelines wants it: /v1 and /metrics, not the page, the documents and /ready; without one, only this machine's own names are answered, so that no web page can reach in by a name of its own. */
export function guard(app: FastifyInstance, token: string | undefined): void {
  // After the limit of requests, which guesses at the token must count in, and before any body.
  app.addHook('preParsing', async (request) => {
    if (token === undefined) return checkHost(request.headers.host);
    if (!/^\/(v1\/|metrics$)/.test(request.routeOptions.url ?? '')) return;
    const given = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (given === undefined || !same(given, token))
      throw new PipeError(given === undefined ? 'expected a bearer token, got none' : 'the bearer token is wrong', {
        code: 'TOKEN',
        hint: 'Send it: authorization: Bearer TOKEN. It is what --token or PIPE_API_TOKEN gave to pipe serve.',
      });
  });
}

/** An address that only this machine reaches. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d+){3}$/.test(host);
}

function checkHost(host = ''): void {
  const name = host.replace(/:\d+$/, '').toLowerCase();
  if (!loopbackNames.includes(name))
    throw new PipeError(`expected a request to localhost or 127.0.0.1, got one to ${JSON.stringify(name)}`, {
      code: 'HOST',
      hint: 'To be reached under other names: pipe serve --host ADDRESS --token TOKEN.',
    });
}

/** Takes the same time wherever they differ. */
function same(given: string, token: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(given), hash(token));
}

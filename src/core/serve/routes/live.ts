import { Readable } from 'node:stream';
import { z } from 'zod';
import { missingError } from '../../runtime/errors.js';
import { briefly, otherwise } from '../answers.js';
import type { Feed } from '../feed.js';
import type { Routes } from './routes.js';
import { snapshotSchema } from './snapshot-schema.js';

/** What runs: now, and once a second from now on. */
export const liveRoutes: Routes = (app, { feed }) => {
  app.get(
    '/v1/snapshot',
    {
      schema: {
        summary: 'Everything that runs at this moment: what pipe top --once --json answers',
        tags: ['live'],
        response: { 200: snapshotSchema, ...otherwise(503) },
      },
    },
    async (_, reply) => {
      const snapshot = await feed.now();
      if (!snapshot) throw ending();
      reply.header('cache-control', briefly);
      return snapshot;
    },
  );
  app.get(
    '/v1/stream',
    {
      schema: {
        summary: 'A snapshot each second, as server-sent events named snapshot',
        tags: ['live'],
        response: {
          200: { description: 'Until either side ends it.', content: { 'text/event-stream': { schema: z.string() } } },
          ...otherwise(503),
        },
      },
    },
    async (_, reply) => {
      reply.headers({ 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store' });
      // Streams pass the serializer by, whatever the schema says.
      return reply.send(Readable.from(eventsOf(feed), { objectMode: false, highWaterMark: 1 }) as unknown as string);
    },
  );
};

/** A reader that is slow misses looks instead of getting them late. */
async function* eventsOf(feed: Feed): AsyncGenerator<string> {
  for (let snapshot = await feed.now(); snapshot; snapshot = await feed.next())
    yield `id: ${snapshot.at}\nevent: snapshot\ndata: ${JSON.stringify(snapshot)}\n\n`;
}

function ending(): Error {
  return missingError('the server is ending', 'Ask the next one.', 'ENDING');
}

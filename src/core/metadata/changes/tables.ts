import { escapeLiteral } from 'pg';
import type { Plan } from '../../pipeline/plan.js';
import type { PostgresEndpoint } from '../../stack/endpoints.js';
import { connectMetadata, type MetadataClient } from '../connect.js';
import { type EnrichmentRows, readEnrichment } from '../enrichment.js';

/** A client that is taken away from `use` when the signal aborts: a server that hangs must not keep us. */
export async function withClient<T>(
  endpoint: PostgresEndpoint,
  signal: AbortSignal,
  use: (client: MetadataClient) => Promise<T>,
): Promise<T> {
  const client = await connectMetadata(endpoint);
  const drop = () => client.connection.stream.destroy();
  signal.addEventListener('abort', drop, { once: true });
  try {
    signal.throwIfAborted();
    return await use(client);
  } finally {
    signal.removeEventListener('abort', drop);
    if (signal.aborted) drop();
    else await client.end();
  }
}

/** All tables at one moment: that of an exported snapshot, or now. */
export async function readTables(client: MetadataClient, plan: Plan, snapshot?: string): Promise<EnrichmentRows> {
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  try {
    if (snapshot !== undefined) await client.query(`SET TRANSACTION SNAPSHOT ${escapeLiteral(snapshot)}`);
    return await readEnrichment(client, plan);
  } finally {
    await client.query('COMMIT').catch(() => undefined);
  }
}

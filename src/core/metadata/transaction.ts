import type { MetadataClient } from './connect.js';

/** Any constant will do; it only keeps other programs' advisory locks apart from ours. */
const lockSpace = 0x70697065;

/**
 * Runs `work` in one transaction while holding the metadata database's advisory lock: of two seeds at once the second waits, then sees what
 * the first has done. What `work` throws is thrown again after the rollback.
 */
export async function inTransaction<T>(client: MetadataClient, work: () => Promise<T>): Promise<T> {
  await client.query('BEGIN');
  try {
    await client.query('SELECT pg_advisory_xact_lock($1, 0)', [lockSpace]);
    const result = await work();
    await client.query('COMMIT');
    return result;
  } catch (error) {
    // A lost connection has rolled back by itself; the first error is the one that tells why.
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

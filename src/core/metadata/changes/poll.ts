import type { Plan } from '../../pipeline/plan.js';
import type { Clock } from '../../runtime/runtime.js';
import type { PostgresEndpoint } from '../../stack/endpoints.js';
import type { EnrichmentRows } from '../enrichment.js';
import { readTables, withClient } from './tables.js';

const intervalMs = 1_000;
/** Large tables are read less often: reading takes at most a tenth of the time. */
const restPerRead = 9;

/** Reads the tables again and again and hands them to `seen`, until the signal aborts or `ended` says so. */
export function poll(
  clock: Clock,
  { plan, endpoint }: { plan: Plan; endpoint: PostgresEndpoint },
  { seen, ended }: { seen(rows: EnrichmentRows): void; ended(): boolean },
  signal: AbortSignal,
): Promise<void> {
  return withClient(endpoint, signal, async (client) => {
    while (!signal.aborted && !ended()) {
      const begun = clock.monotonic();
      const rows = await readTables(client, plan);
      if (signal.aborted || ended()) return;
      seen(rows);
      const took = clock.monotonic() - begun;
      await clock.sleep(Math.max(intervalMs, restPerRead * took), signal).catch(() => undefined);
    }
  });
}

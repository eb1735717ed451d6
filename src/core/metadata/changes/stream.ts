import type { Plan } from '../../pipeline/plan.js';
import type { Clock } from '../../runtime/runtime.js';
import type { PostgresEndpoint } from '../../stack/endpoints.js';
import type { EnrichmentRows } from '../enrichment.js';
import type { ChangeSet } from './change-set.js';
import type { KnownRows } from './known-rows.js';
import { poll } from './poll.js';
import { publicationOf, type Source, sourcesOf } from './publication.js';
import { Replication } from './replication.js';
import { checkSlot, slotState } from './slot.js';
import { readTables, withClient } from './tables.js';
import { together } from './tasks.js';
import { type Transaction, TransactionDecoder } from './transaction-decoder.js';

export interface Seen {
  /** The tables as they are. */
  tables(rows: EnrichmentRows): void;
  /** What a transaction changed; answers whether any of it is news. If so, `logged` is called when it is on disk. */
  changes(changes: ChangeSet, logged: () => void): boolean;
}

export interface Streamed {
  plan: Plan;
  endpoint: PostgresEndpoint;
  slot: string;
  /** The tables as they were when they were found fit. */
  sources: readonly Source[];
  known: KnownRows;
}

/** A slot usually stands sooner. */
const patienceMs = 1_000;
const watchMs = 5_000;
const silenceMs = 30_000;

/**
 * Follows the tables by logical replication until the signal aborts; throws when that breaks or should begin anew. A transaction that is open when it
 * begins delays the slot until it ends: meanwhile the tables are polled. `onStreaming` is called when the slot stands.
 */
export async function stream(
  clock: Clock,
  from: Streamed,
  seen: Seen,
  onStreaming: () => void,
  signal: AbortSignal,
): Promise<void> {
  const { plan, endpoint, slot, sources, known } = from;
  const replication = new Replication(endpoint.url, publicationOf(plan), slot);
  const decoder = new TransactionDecoder(plan, known);
  /** From then on what a poll has read may be older than what came through the slot. */
  let snapshotTaken = false;
  let streaming = false;
  let heard = clock.monotonic();
  let unlogged = 0;

  await together(signal, [
    (stop) =>
      replication.run(
        {
          onSlot: async (snapshot) => {
            snapshotTaken = true;
            seen.tables(await withClient(endpoint, stop, (client) => readTables(client, plan, snapshot)));
            heard = clock.monotonic();
            streaming = true;
            onStreaming();
          },
          onMessage: (message) => {
            heard = clock.monotonic();
            const transaction = decoder.decode(message);
            if (transaction) receive(transaction);
          },
          onHeartbeat: (lsn) => {
            heard = clock.monotonic();
            if (unlogged === 0) replication.acknowledge(lsn);
          },
        },
        stop,
      ),
    (stop) => watch(stop),
    async (stop) => {
      await clock.sleep(patienceMs, stop).catch(() => undefined);
      const interim = { seen: seen.tables, ended: () => snapshotTaken };
      if (!snapshotTaken) await poll(clock, from, interim, stop);
    },
    async (stop) => {
      while (!stop.aborted) {
        await clock.sleep(watchMs, stop).catch(() => undefined);
        replication.ping();
        if (streaming && clock.monotonic() - heard > silenceMs)
          throw new Error(`no sign of life for ${silenceMs / 1000} s`);
      }
    },
  ]);

  function receive({ changes, lsn }: Transaction): void {
    const news = seen.changes(changes, () => {
      unlogged--;
      replication.acknowledge(lsn);
    });
    if (news) unlogged++;
    else if (unlogged === 0) replication.acknowledge(lsn);
  }

  /** The slot must not fill the server's disk, and a table that was made anew is no longer in the publication. */
  function watch(stop: AbortSignal): Promise<void> {
    return withClient(endpoint, stop, async (client) => {
      while (!stop.aborted) {
        await clock.sleep(watchMs, stop).catch(() => undefined);
        if (stop.aborted) return;
        const state = await slotState(client, slot);
        if (state) checkSlot(state);
        else if (streaming) throw new Error('the replication slot is gone');
        if (JSON.stringify(await sourcesOf(client, plan)) !== JSON.stringify(sources))
          throw new Error('the tables were changed or made anew');
      }
    });
  }
}

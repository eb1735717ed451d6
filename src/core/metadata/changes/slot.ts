import type { MetadataClient } from '../connect.js';

/** More WAL than this is not kept for us: the slot is let go, and the tables are read again. The server's max_slot_wal_keep_size may be less. */
export const mostRetainedBytes = 1 << 30;

export interface SlotState {
  /** WAL that the server keeps because of the slot. */
  retainedBytes: number;
  /** reserved, extended, unreserved or lost, as pg_replication_slots has it. */
  status: string;
}

/** undefined when there is no such slot. */
export async function slotState(client: MetadataClient, slot: string): Promise<SlotState | undefined> {
  const { rows } = await client.query<{ retained: string | null; status: string | null }>(
    `SELECT wal_status AS status,
            pg_wal_lsn_diff(CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END,
                            restart_lsn)::text AS retained
       FROM pg_replication_slots WHERE slot_name = $1`,
    [slot],
  );
  const row = rows[0];
  return row && { retainedBytes: Number(row.retained ?? 0), status: row.status ?? 'reserved' };
}

/** Throws when the slot must not go on: the server is about to take its WAL away, or it keeps more than we ask of a server. */
export function checkSlot({ retainedBytes, status }: SlotState): void {
  const mebibytes = Math.round(retainedBytes / 2 ** 20);
  if (status === 'lost' || status === 'unreserved')
    throw new Error(
      `the replication slot is ${status}: ${mebibytes} MiB of WAL were kept for it, more than the server allows`,
    );
  if (retainedBytes > mostRetainedBytes)
    throw new Error(
      `the replication slot keeps ${mebibytes} MiB of WAL, more than ${mostRetainedBytes / 2 ** 20}: it is let go`,
    );
}

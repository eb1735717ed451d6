import type { KafkaClient } from '../../broker/client.js';
import type { Plan } from '../../pipeline/plan.js';
import { missingError } from '../../runtime/errors.js';
import type { Home } from '../../runtime/home.js';
import { type OsLock, tryOsLock } from '../../runtime/os-lock.js';
import { closeLedger, lockPath } from '../ledger/close.js';
import { runFolder, runFolders } from '../ledger/header.js';
import { Ledger, readLedger } from '../ledger/ledger.js';

/** One replay of a pipeline at a time: two would send the same letters. Throws a missing error while another runs. */
export function lockReplays(home: Home, plan: Plan): OsLock {
  const lock = tryOsLock(runFolder(home, plan.name, 'replay.lock'));
  if (lock) return lock;
  throw missingError(
    `a replay of ${plan.name} is under way in another process`,
    'Wait until it has ended: two at once would send the same letters.',
    'REPLAY_RUNNING',
  );
}

/** Ends the replay runs that a crash left open with what the topic turns out to hold of them. The caller holds the replays' lock. */
export async function settleReplays(client: KafkaClient, home: Home, plan: Plan, topicId: string): Promise<void> {
  for (const { folder, header } of runFolders(home, plan.name)) {
    if (header.kind !== 'replay' || header.topicId !== topicId || readLedger(folder).state.end) continue;
    const lock = tryOsLock(lockPath(folder));
    const ledger = new Ledger(folder);
    try {
      for (const [partition, found] of (await closeLedger(client, header, ledger.state)).entries())
        ledger.complete(partition, found);
      ledger.end(
        'stopped',
        header.partitions.map(() => ({ late: 0, repeated: 0, discarded: 0, corrupted: 0 })),
      );
    } finally {
      ledger.close();
      lock?.release();
    }
  }
}

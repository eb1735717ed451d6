import { readdirSync, readFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import type { Session } from 'chdb';

/** Linux's name of the engine's threads that merge parts and run mutations. */
const threadName = 'MergeMutate';

/** A tenth of the weight that statements and inserts have: merges wait for those, not those for merges. */
const niceValue = 10;

/**
 * Lets merges yield to statements wherever both want a core. The engine's own setting for this, os_threads_nice_value_merge_mutate, does nothing
 * without CAP_SYS_NICE, which a user's process lacks; to yield once and for all needs no capability. Returns how many threads do so now, 0 where the
 * system does not tell them apart.
 */
export async function yieldMerges(session: Session): Promise<number> {
  // The first such table starts the threads, if the data folder had none.
  await session.queryAsync('CREATE TEMPORARY TABLE merge_threads (a UInt8) ENGINE = MergeTree ORDER BY a');
  await session.queryAsync('DROP TEMPORARY TABLE merge_threads');
  if (process.platform !== 'linux') return 0;
  const threads = readdirSync('/proc/self/task').filter((id) => nameOf(id) === threadName);
  for (const id of threads) setPriority(Number(id), niceValue);
  return threads.length;
}

function nameOf(thread: string): string | undefined {
  try {
    return readFileSync(`/proc/self/task/${thread}/comm`, 'utf8').trimEnd();
  } catch {
    // It has ended since it was listed.
    return undefined;
  }
}

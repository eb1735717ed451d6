import { join } from 'node:path';
import type { KafkaClient } from '../../broker/client.js';
import { partitionOffsets } from '../../broker/offsets.js';
import { type Progress, progressInLog } from '../../broker/producer-identity.js';
import { partitionsOf, topicId } from '../../broker/topics.js';
import { partitionTotals } from '../../generate/oracle.js';
import type { Plan } from '../../pipeline/plan.js';
import type { Home } from '../../runtime/home.js';
import { tryOsLock } from '../../runtime/os-lock.js';
import type { EndTotals, LedgerState } from './entries.js';
import { type RunHeader, runFolders, scheduledWork } from './header.js';
import { readLedger } from './ledger.js';

/** What one run has put into the topic, exactly. */
export interface LedgerTotals {
  run: string;
  kind: RunHeader['kind'];
  /** `stopped` and `open` runs may be resumed; an `open` one ended without saying so, unless it is running. */
  state: 'complete' | 'stopped' | 'open';
  running: boolean;
  partitions: LedgerPartitionTotals[];
  /** What the run was made from, and what its ledger says, of how far it came as well as how it went. */
  header: RunHeader;
  ledger: LedgerState;
}

export interface LedgerPartitionTotals {
  partition: number;
  /** Records in the topic, repeats included. */
  produced: number;
  /** All of them lie in [begin, next), perhaps among records of others. */
  begin: number;
  next: number;
  injected: EndTotals;
}

/**
 * The totals of every run whose topic is the one of now. A ledger that does not say how its run ended is closed as --resume would: by reading the
 * topic on from where it ends. Nothing is written.
 */
export async function closedLedgers(home: Home, plan: Plan, client: KafkaClient): Promise<LedgerTotals[]> {
  const topic = plan.topics.events;
  if ((await partitionsOf(client, topic)) === undefined) return [];
  const id = await topicId(client, topic);
  const totals: LedgerTotals[] = [];
  for (const { folder, header } of runFolders(home, plan.name))
    if (header.topicId === id) totals.push(await totalsOf(client, folder));
  return totals;
}

/** Where a run stands in the topic, by partition: the ledger's figures, read on to the end of the log. */
export async function closeLedger(client: KafkaClient, header: RunHeader, state: LedgerState): Promise<Progress[]> {
  const { topic } = header;
  const found: Progress[] = [];
  for (const { partition, begin, end } of await partitionOffsets(client, topic)) {
    const known = state.partitions[partition];
    if (!known) continue;
    const { records, nextOffset, identities } = known;
    // Retention may have taken what lies between: the first batch left still says how many records came before.
    const from = { records, nextOffset: Math.max(nextOffset, begin), bytes: 0 };
    found.push(await progressInLog(client, { topic, partition, end }, identities, from));
  }
  return found;
}

/** What distortions did to the first `records` of a partition. */
export function injectedIn(header: RunHeader, partition: number, records: number): EndTotals {
  const work = scheduledWork(header);
  if (!work) return { late: 0, repeated: 0, discarded: 0, corrupted: 0 };
  const { late, repeated, discarded, corrupted } = partitionTotals(work, partition, records);
  return { late, repeated, discarded, corrupted };
}

export function lockPath(folder: string): string {
  return join(folder, 'lock');
}

async function totalsOf(client: KafkaClient, folder: string): Promise<LedgerTotals> {
  const lock = tryOsLock(lockPath(folder));
  lock?.release();
  const { header, state } = readLedger(folder);
  const progress: readonly { records: number; nextOffset: number }[] = state.end
    ? state.partitions
    : await closeLedger(client, header, state);
  return {
    run: header.run,
    kind: header.kind,
    state: state.end?.how ?? 'open',
    running: lock === undefined,
    partitions: progress.map(({ records, nextOffset }, partition) => ({
      partition,
      produced: records,
      begin: header.partitions[partition]!.begin,
      next: nextOffset,
      injected: state.end?.totals[partition] ?? injectedIn(header, partition, records),
    })),
    header,
    ledger: state,
  };
}

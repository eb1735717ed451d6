import type { KafkaClient } from '../../broker/client.js';
import { eachRecord, recordBytes } from '../../broker/record-batch/decode.js';
import { readTail } from '../../broker/tail.js';
import { domainFor } from '../../domain/registry.js';
import type { Metadata } from '../../generate/generator.js';
import { type PartitionEvent, partitionEvents } from '../../generate/partition-run.js';
import type { Workload } from '../../generate/workload.js';
import type { Plan } from '../../pipeline/plan.js';
import { metadataDigest } from '../../run/generate/metadata.js';
import { optionsOf, workloadOf } from '../../run/generate/prepare.js';
import type { LedgerTotals } from '../../run/ledger/close.js';
import { messageOf } from '../../runtime/errors.js';

/** A run on file, and how its records are made again, unless that cannot be done. */
export interface KnownRun {
  ledger: LedgerTotals;
  /** The records that a partition was sent, from the first. */
  remake: ((partition: number) => Iterator<PartitionEvent>) | undefined;
}

/** What a generator would draw from now; a reason where it cannot be read. */
export type Drawn = { metadata: Metadata } | { reason: string };

/** All runs of a topic. Why one cannot be made again is told to `note`: its records are then read from the topic. */
export async function knownRuns(
  client: KafkaClient,
  plan: Plan,
  ledgers: readonly LedgerTotals[],
  drawn: Drawn,
  note: (text: string) => void,
): Promise<KnownRun[]> {
  const runs: KnownRun[] = [];
  for (const ledger of ledgers) {
    if (ledger.kind !== 'generate') {
      runs.push({ ledger, remake: undefined });
      continue;
    }
    const made = remakeOf(plan, ledger, drawn);
    const problem = typeof made === 'string' ? made : await disagreement(client, ledger, made);
    if (problem !== undefined) note(`run ${ledger.run} is read from the topic and not made from its seed: ${problem}`);
    runs.push({ ledger, remake: problem === undefined ? (made as Exclude<typeof made, string>) : undefined });
  }
  return runs;
}

function remakeOf(plan: Plan, { header, ledger }: LedgerTotals, drawn: Drawn): KnownRun['remake'] | string {
  if ('reason' in drawn) return drawn.reason;
  const { workload: flags, run } = header;
  if (!flags) return 'its ledger does not say what it was made from';
  if (flags.metadata !== metadataDigest(drawn.metadata)) return 'the metadata has changed since';
  const { seed, start } = flags;
  let workload: Workload;
  try {
    const options = optionsOf({ ...header, workload: flags });
    workload = workloadOf({ plan, domain: domainFor(plan), metadata: drawn.metadata, options, seed, start, run });
  } catch (error) {
    return messageOf(error);
  }
  return (partition) => remade(workload, partition, ledger.rebases);
}

/** A run that was resumed has later times from there on. */
function* remade(
  workload: Workload,
  partition: number,
  rebases: LedgerTotals['ledger']['rebases'],
): Generator<PartitionEvent> {
  const run = partitionEvents(workload, partition);
  let applied = 0;
  for (;;) {
    for (; applied < rebases.length && rebases[applied]!.from[partition]! <= run.totals.sent; applied++)
      run.rebase(rebases[applied]!.ms);
    const event = run.next();
    if (!event) return;
    yield event;
  }
}

/** Whether the seed still makes what was sent: the first record of each partition is compared, where the topic has it still. */
async function disagreement(
  client: KafkaClient,
  { header, partitions }: LedgerTotals,
  remake: KnownRun['remake'],
): Promise<string | undefined> {
  for (const { partition, produced, begin, next } of partitions) {
    if (produced === 0 || next - begin !== produced) continue;
    const sent = await valueAt(client, header.topic, partition, begin);
    const made = remake!(partition).next().value as PartitionEvent | undefined;
    if (sent === undefined) continue;
    if (!made || !sent.equals(made.buffer.subarray(made.start, made.end)))
      return 'the pipeline file or the generator has changed since';
  }
  return undefined;
}

/** The bytes of one record's value; undefined when it is no longer there, or null. */
async function valueAt(
  client: KafkaClient,
  topic: string,
  partition: number,
  offset: number,
): Promise<Buffer | undefined> {
  let value: Buffer | undefined;
  const [found] = (await client.admin.fetchTopicOffsets(topic)).filter((each) => each.partition === partition);
  if (!found || Number(found.low) > offset) return undefined;
  for await (const { header, bytes } of readTail(client, topic, { partition, from: offset, end: offset + 1 })) {
    const range = recordBytes(bytes, header);
    eachRecord(header, range, (at, _time, _keyStart, _keyEnd, start, end) => {
      if (at === offset && start >= 0) value = range.bytes.subarray(start, end);
    });
  }
  return value;
}

import type { ProducerIdentity } from '../../broker/producer-identity.js';
import type { RunHeader } from './header.js';

/** A line of acks.ndjson. Counts are those since the run began. */
export type LedgerEntry =
  /** [partition, records acknowledged, offset behind the last of them, bytes of their batches] */
  | { acked: [number, number, number, number][] }
  /** The broker had forgotten the producer: from record `first` of this partition on, a new one writes. */
  | { producer: { partition: number; id: string; epoch: number; first: number } }
  /** The run was away: intended times of the records from these on (by partition) are `ms` later. */
  | { rebase: { ms: number; from: number[] } }
  /** All is acknowledged that was sent: the run is over, or was stopped and may go on. */
  | { end: 'complete' | 'stopped'; totals: EndTotals[] };

/** By partition, what distortions did to the records acknowledged. */
export interface EndTotals {
  late: number;
  repeated: number;
  discarded: number;
  corrupted: number;
}

export interface LedgerPartition {
  records: number;
  nextOffset: number;
  bytes: number;
  identities: ProducerIdentity[];
}

/** What the entries come to. */
export interface LedgerState {
  partitions: LedgerPartition[];
  rebases: { ms: number; from: number[] }[];
  /** Absent while the run is under way, or when it ended without saying so. */
  end?: { how: 'complete' | 'stopped'; totals: EndTotals[] };
}

export function initialState({ partitions, producer }: RunHeader): LedgerState {
  const identity = { id: BigInt(producer.id), epoch: producer.epoch, firstRecord: 0 };
  return {
    partitions: partitions.map(({ begin }) => ({ records: 0, nextOffset: begin, bytes: 0, identities: [identity] })),
    rebases: [],
  };
}

/** Takes an entry into the state, which it changes. */
export function applyEntry(state: LedgerState, entry: LedgerEntry): void {
  if ('acked' in entry) {
    delete state.end;
    for (const [partition, records, nextOffset, bytes] of entry.acked)
      Object.assign(state.partitions[partition]!, { records, nextOffset, bytes });
  } else if ('producer' in entry) {
    const { partition, id, epoch, first } = entry.producer;
    state.partitions[partition]!.identities.push({ id: BigInt(id), epoch, firstRecord: first });
  } else if ('rebase' in entry) {
    delete state.end;
    state.rebases.push(entry.rebase);
  } else state.end = { how: entry.end, totals: entry.totals };
}

import type { KafkaClient } from '../../broker/client.js';
import type { PartitionRun } from '../../generate/partition-run.js';
import { LatencyHistogram } from '../../runtime/latency-histogram.js';
import { injectedIn } from '../ledger/close.js';
import type { EndTotals } from '../ledger/entries.js';
import type { Ledger } from '../ledger/ledger.js';
import { ledgerProducer } from '../ledger/producer.js';
import { type LagQuantiles, lagQuantiles } from './lag.js';
import { Pacer } from './pacer.js';
import { PartitionSender, type SenderEvents } from './partition-sender.js';
import type { SendReport } from './send-report.js';

export interface SendTask {
  client: KafkaClient;
  ledger: Ledger;
  /** By partition, each standing behind what the ledger says is in the topic. */
  runs: readonly PartitionRun[];
  /** Added to an intended time it gives when that is due on the monotonic clock. */
  origin: number;
  unpaced: boolean;
  /** With `unpaced`: hand out nothing more after so long. */
  limitMs?: number;
  signal: AbortSignal;
  /** Called once with a way to look at the figures while they grow; answers with what ends the looking. */
  observe(figures: () => SendFigures): () => void;
  /** Told when each record was due and what became of it. */
  report?: Pick<SendReport, 'sent' | 'acknowledged'>;
}

/** Of this process; records of the run from before do not count. */
export interface SendProgress {
  sent: number;
  acked: number;
  /** Since the first record was due. */
  elapsedMs: number;
}

/** What there is to look at while it sends. */
export interface SendFigures extends SendProgress {
  /** How long after it was due each record was handed to the producer, in ms; none without a schedule. */
  behind: LatencyHistogram;
}

export interface SendResult extends SendProgress {
  /** From the first due time to the last acknowledgement. */
  elapsedMs: number;
  complete: boolean;
  lag: LagQuantiles;
  totals: EndTotals[];
}

/** Sends what is left of a run until its end or until the signal; everything sent is acknowledged and on file when it returns or throws. */
export async function sendRun(task: SendTask): Promise<SendResult> {
  const { client, ledger, runs, origin, unpaced, limitMs, report } = task;
  const { clock } = client;
  const lag = new LatencyHistogram();
  const halt = new AbortController();
  const failures: unknown[] = [];
  const first = clock.monotonic();
  let sent = 0;
  let acked = 0;
  let lastAck = first;
  const events: SenderEvents = {
    sent: (records, due) => {
      sent += records;
      const now = clock.monotonic();
      report?.sent(due, records, now);
      if (unpaced) return;
      for (let index = 0; index < records; index++) lag.record(now - due[index]!);
    },
    acknowledged: ({ partition, records, nextOffset, bytes, due }) => {
      acked += records;
      lastAck = clock.monotonic();
      report?.acknowledged(due, records, lastAck);
      try {
        ledger.acknowledge(partition, records, nextOffset, bytes, lastAck);
      } catch (error) {
        events.failed(error);
      }
      pacer.wake();
    },
    failed: (error) => {
      failures.push(error);
      halt.abort();
      pacer.wake();
    },
  };
  const senders = runs.map(
    (run, partition) => new PartitionSender(partition, run, ledgerProducer(client, ledger, partition), events),
  );
  const stop = AbortSignal.any([task.signal, halt.signal]);
  const pacer = new Pacer(senders, { clock, origin, unpaced, stop });
  const firstAt = Math.min(...senders.map(({ nextAt }) => nextAt));
  const begin = unpaced || firstAt === Number.POSITIVE_INFINITY ? first : firstAt + origin;
  const stopLooking = task.observe(() => ({ sent, acked, elapsedMs: clock.monotonic() - begin, behind: lag }));
  const limit = limitMs === undefined ? undefined : endAfter(client, limitMs, halt);
  try {
    await pacer.run();
    await pacer.drain();
  } finally {
    limit?.cancel();
    stopLooking();
    ledger.flush();
  }
  if (failures.length > 0) throw failures[0];
  const exhausted = senders.every(({ nextAt }) => nextAt === Number.POSITIVE_INFINITY);
  const complete = exhausted || limit?.reached === true;
  const totals = runs.map(({ totals: made }, partition) =>
    exhausted ? pickTotals(made) : injectedIn(ledger.header, partition, ledger.state.partitions[partition]!.records),
  );
  ledger.end(complete ? 'complete' : 'stopped', totals);
  return { sent, acked, elapsedMs: Math.max(0, lastAck - begin), complete, lag: lagQuantiles(lag), totals };
}

interface Limit {
  reached: boolean;
  cancel(): void;
}

function endAfter({ clock }: KafkaClient, ms: number, halt: AbortController): Limit {
  const timer = new AbortController();
  const limit: Limit = { reached: false, cancel: () => timer.abort() };
  clock.sleep(ms, timer.signal).then(
    () => {
      limit.reached = true;
      halt.abort();
    },
    () => undefined,
  );
  return limit;
}

function pickTotals({ late, repeated, discarded, corrupted }: EndTotals): EndTotals {
  return { late, repeated, discarded, corrupted };
}

import type { ClickHouseClient } from '@clickhouse/client';
import type { Plan } from '../../pipeline/plan.js';
import type { SecondLatencies } from '../../run/report/second-latencies.js';
import type { Clock } from '../../runtime/runtime.js';
import { quoteIdentifier } from '../../sink/identifiers.js';
import { rawTable } from '../../sink/names.js';

export const canaryIntervalMs = 100;
/** Until the next canary of a partition is chosen: at most so long after the one before was found. */
const spreadMs = 300;

/** The next event of a partition to be looked for. */
interface Wanted {
  partition: number;
  /** The first whose intended time is not before this. */
  from: number;
  /** Rows up to this offset were seen. */
  seen: number;
}

interface Found {
  partition: number;
  intended: number;
  newest: number;
}

/**
 * Looks for rows as a reader of the table would, knowing nothing of the engine: in each partition the first event that is due after a moment
 * chosen beforehand, and when that one is found another. What it measures has at most its interval and its own query's time more than e2e.
 */
export class Canaries {
  private readonly client: ClickHouseClient;
  private readonly table: string;
  private readonly clock: Clock;
  private readonly latencies: SecondLatencies<'canary'>;
  private readonly wanted: Wanted[];
  private found = 0;

  constructor(client: ClickHouseClient, plan: Plan, clock: Clock, latencies: SecondLatencies<'canary'>) {
    this.client = client;
    this.table = quoteIdentifier(rawTable(plan));
    this.clock = clock;
    this.latencies = latencies;
    const from = clock.now();
    this.wanted = Array.from({ length: plan.partitions }, (_, partition) => ({ partition, from, seen: -1 }));
  }

  /** Resolves once it is told to stop. A server that does not answer is asked again: the canaries wait, and their latency grows. */
  async run(stop: AbortSignal): Promise<void> {
    const { clock } = this;
    for (let due = clock.monotonic(); !stop.aborted; due = Math.max(due + canaryIntervalMs, clock.monotonic())) {
      await clock.sleep(due - clock.monotonic(), stop).catch(() => undefined);
      if (!stop.aborted) await this.look().catch(() => undefined);
    }
  }

  private async look(): Promise<void> {
    const found = await this.select();
    const now = this.clock.now();
    for (const { partition, intended, newest } of found) {
      this.latencies.record('canary', intended, now - intended);
      // The next one is due at a moment that keeps no step with the blocks in which rows are stored.
      const from = now + ((this.found++ * 0.618033988749895) % 1) * spreadMs;
      this.wanted[partition] = { partition, from, seen: newest };
    }
  }

  private async select(): Promise<Found[]> {
    const conditions = this.wanted.map(
      ({ partition, from, seen }) =>
        `(_partition = ${partition} AND _offset > ${seen} AND _record_time >= fromUnixTimestamp64Milli(${Math.ceil(from)}))`,
    );
    const result = await this.client.query({
      query: `SELECT _partition AS partition, toFloat64(toUnixTimestamp64Milli(min(_record_time))) AS intended,
                     toFloat64(max(_offset)) AS newest
              FROM ${this.table} WHERE ${conditions.join(' OR ')} GROUP BY partition`,
      format: 'JSONEachRow',
    });
    return await result.json<Found>();
  }
}

import type { ClickHouseClient } from '@clickhouse/client';
import type { Plan } from '../../pipeline/plan.js';
import { queriesOf, queryNamed } from '../../query/catalogue.js';
import type { Statement } from '../../query/execute.js';
import { bindParameters } from '../../query/parameters.js';
import { readThrough } from '../../query/repeat.js';
import type { SecondLatencies } from '../../run/report/second-latencies.js';
import { PipeError } from '../../runtime/errors.js';
import { ExitCode } from '../../runtime/exit-codes.js';
import type { Clock } from '../../runtime/runtime.js';
import type { Workload } from '../workload/schema.js';

/** The statements that a workload asks, by name. Throws usage errors for a name there is not, and one with a parameter that must be given. */
export function queriesAsked(plan: Plan, { queries }: Pick<Workload, 'queries'>): Map<string, Statement> {
  const latest = () => plan.windows.map(({ name }) => `${name}_latest`);
  const known = new Set(queriesOf(plan).map(({ name }) => name));
  const names = queries.names ?? latest().filter((name) => known.has(name));
  return new Map(
    names.map((name) => {
      const query = queryNamed(plan, name);
      return [name, { sql: query.sql, params: bindParameters(query, {}) }];
    }),
  );
}

const timeoutMs = 60_000;
const pauseMs = 100;

export interface QueryLoadOptions {
  queries: ReadonlyMap<string, Statement>;
  intervalMs: number;
  clock: Clock;
  latencies: SecondLatencies<string>;
}

/**
 * Asks each query at its interval, whether the ones before have been answered or not, and measures from when it was due. The queries are spread
 * over the interval. What fails because the server is away is asked again, and its time runs on.
 */
export class QueryLoad {
  private readonly client: ClickHouseClient;
  private readonly options: QueryLoadOptions;

  constructor(client: ClickHouseClient, options: QueryLoadOptions) {
    this.client = client;
    this.options = options;
  }

  /** Resolves when it was told to stop and all that was asked is answered. Throws a statement's own failure at once. */
  async run(stop: AbortSignal): Promise<void> {
    const { queries, intervalMs } = this.options;
    await Promise.all(
      [...queries].map(([name, statement], index) =>
        this.ask(name, statement, (index / queries.size) * intervalMs, stop),
      ),
    );
  }

  private async ask(name: string, statement: Statement, offset: number, stop: AbortSignal): Promise<void> {
    const { clock, intervalMs } = this.options;
    const begin = clock.monotonic() + offset;
    const failed = new AbortController();
    const over = AbortSignal.any([stop, failed.signal]);
    let failure: unknown;
    const waiting = new Set<Promise<void>>();
    for (let round = 0; !over.aborted; round++) {
      const due = begin + round * intervalMs;
      await clock.sleep(due - clock.monotonic(), over).catch(() => undefined);
      if (over.aborted) break;
      const answered = this.measure(name, statement, due, stop)
        .catch((error: unknown) => {
          failure ??= error;
          failed.abort();
        })
        .finally(() => waiting.delete(answered));
      waiting.add(answered);
    }
    await Promise.all(waiting);
    if (failure) throw failure;
  }

  private async measure(name: string, statement: Statement, due: number, stop: AbortSignal): Promise<void> {
    const { clock, latencies } = this.options;
    for (;;) {
      try {
        await readThrough(this.client, statement, { timeoutMs });
        break;
      } catch (error) {
        if (error instanceof PipeError && error.exit === ExitCode.usage) throw error;
        if (stop.aborted) break;
        await clock.sleep(pauseMs, stop).catch(() => undefined);
      }
    }
    const took = clock.monotonic() - due;
    latencies.record(name, clock.now() - took, took);
  }
}

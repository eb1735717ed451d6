import type { Plan } from '../../pipeline/plan.js';
import { messageOf } from '../../runtime/errors.js';
import type { Runtime } from '../../runtime/runtime.js';
import type { PostgresEndpoint } from '../../stack/endpoints.js';
import type { EnrichmentRows } from '../enrichment.js';
import { type ChangeSet, countChanges } from './change-set.js';
import { KnownRows } from './known-rows.js';
import { PendingChanges, type TakenChanges } from './pending.js';
import { poll } from './poll.js';
import { obstacle, publish, type Source, sourcesOf, unpublish } from './publication.js';
import { stream } from './stream.js';
import { readTables, withClient } from './tables.js';

/** How long tables are polled before streaming is tried again. */
const pollForMs = 60_000;
const pauseMs = { first: 100, longest: 5_000 };

/** Follows the tables that a plan joins with, in the background, from the rows that the caller has. */
export class ChangeFollower {
  private readonly runtime: Pick<Runtime, 'clock' | 'note' | 'entropy'>;
  private readonly plan: Plan;
  private readonly endpoint: PostgresEndpoint;
  private readonly known: KnownRows;
  private readonly pending: PendingChanges;
  private readonly stop = new AbortController();
  private readonly ended: Promise<void>;
  private noted: string | undefined;
  private pause = pauseMs.first;

  constructor(
    runtime: Pick<Runtime, 'clock' | 'note' | 'entropy'>,
    plan: Plan,
    endpoint: PostgresEndpoint,
    rows: EnrichmentRows,
  ) {
    this.runtime = runtime;
    this.plan = plan;
    this.endpoint = endpoint;
    this.known = new KnownRows(plan.enrich.length, rows);
    this.pending = new PendingChanges(plan.enrich.length);
    this.ended = this.run();
  }

  /** What has changed since the last call, undefined when nothing has. */
  take(): TakenChanges | undefined {
    return this.pending.take();
  }

  async close(): Promise<void> {
    this.stop.abort();
    await this.ended;
  }

  /** Never throws: whatever PostgreSQL does, the engine goes on with the rows that it has. */
  private async run(): Promise<void> {
    const { clock } = this.runtime;
    const { signal } = this.stop;
    while (!signal.aborted) {
      try {
        await this.follow();
      } catch (error) {
        if (signal.aborted) return;
        const growing = this.pause < pauseMs.longest ? `; trying again in ${this.pause / 1000} s` : '; still trying';
        this.note(`PostgreSQL: ${messageOf(error)}; events are joined with the rows known so far${growing}`);
      }
      await clock.sleep(this.pause, signal).catch(() => undefined);
      this.pause = Math.min(pauseMs.longest, this.pause * 2);
    }
  }

  private async follow(): Promise<void> {
    const sources = await withClient(this.endpoint, this.stop.signal, async (client) => {
      const { rows } = await client.query<{ wal_level: string }>('SHOW wal_level');
      if (rows[0]!.wal_level !== 'logical') return `wal_level is ${rows[0]!.wal_level} and not logical`;
      const found = await sourcesOf(client, this.plan);
      // Reading says in the user's words which table or column is missing.
      if (found.length < this.plan.enrich.length) this.compare(await readTables(client, this.plan));
      const unfit = found.filter((source) => obstacle(this.plan, source) !== undefined);
      try {
        await unpublish(client, this.plan, unfit);
        if (unfit.length > 0) return obstacle(this.plan, unfit[0]!)!;
        await publish(client, this.plan, found);
      } catch (error) {
        if (isRefusal(error)) return messageOf(error);
        throw error;
      }
      return sourcesOf(client, this.plan);
    });
    const reason = typeof sources === 'string' ? sources : await this.stream(sources);
    if (reason !== undefined) await this.poll(reason);
  }

  /** Answers with why the server does not let us stream, undefined when told to stop. */
  private async stream(sources: readonly Source[]): Promise<string | undefined> {
    const { plan, endpoint, known } = this;
    const slot = `pipe_${plan.name.slice(0, 30)}_${this.runtime.entropy().toString(36)}`;
    const seen = {
      tables: (rows: EnrichmentRows) => this.compare(rows),
      changes: (changes: ChangeSet, logged: () => void) => this.accept(changes, logged),
    };
    let streaming = false;
    const onStreaming = () => {
      streaming = true;
      this.succeeded('by logical replication');
    };
    try {
      await stream(this.runtime.clock, { plan, endpoint, slot, sources, known }, seen, onStreaming, this.stop.signal);
      return undefined;
    } catch (error) {
      if (!streaming && isRefusal(error)) return messageOf(error);
      throw error;
    }
  }

  private async poll(reason: string): Promise<void> {
    const { clock } = this.runtime;
    const until = clock.monotonic() + pollForMs;
    const seen = (rows: EnrichmentRows) => {
      this.compare(rows);
      this.succeeded(`by reading the tables every second, as ${reason}`);
    };
    const { plan, endpoint } = this;
    await poll(clock, { plan, endpoint }, { seen, ended: () => clock.monotonic() > until }, this.stop.signal);
  }

  private compare(rows: EnrichmentRows): void {
    this.accept(this.known.differences(rows));
  }

  private accept(changes: ChangeSet, logged?: () => void): boolean {
    const news = this.known.apply(changes);
    if (countChanges(news) === 0) return false;
    this.pending.offer(news, logged);
    return true;
  }

  private succeeded(how: string): void {
    this.pause = pauseMs.first;
    const tables = [...new Set(this.plan.enrich.map(({ table }) => `${this.plan.name}.${table}`))].join(', ');
    this.note(`${tables}: changes are followed ${how}`);
  }

  private note(line: string): void {
    if (line !== this.noted) this.runtime.note(line);
    this.noted = line;
  }
}

/** Not allowed, no slot or sender left, not possible here, a lock not to be had: the tables can be read all the same. */
function isRefusal(error: unknown): boolean {
  const { code = '' } = error as { code?: string };
  return ['42501', '53300', '53400', '55000', '55P03', '0A000', '28000'].includes(code);
}

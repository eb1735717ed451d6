import { text } from 'node:stream/consumers';
import { type ClickHouseClient, ClickHouseError, type ClickHouseSettings } from '@clickhouse/client';
import { choiceOf } from '../../pipeline/choice.js';
import type { Plan } from '../../pipeline/plan.js';
import { PipeError } from '../../runtime/errors.js';
import type { Home } from '../../runtime/home.js';
import type { Runtime } from '../../runtime/runtime.js';
import { connectReader } from '../../sink/client.js';
import type { ClickHouseEndpoint } from '../../stack/endpoints.js';
import { resolveEndpoints } from '../../stack/stack.js';
import { execute, type Statement } from '../execute.js';

/** Asking where ClickHouse is reads files: not for each statement. */
const resolveEveryMs = 1_000;

export interface StoreOptions {
  profile: string | undefined;
  /** The longest that a statement may run. */
  timeoutMs: number;
}

/** ClickHouse as its read-only user, wherever it is now: one that was started anew elsewhere is found. */
export class Store {
  private readonly runtime: Runtime;
  private readonly home: Home;
  private readonly options: StoreOptions;
  private client: ClickHouseClient | undefined;
  private endpoint: ClickHouseEndpoint | undefined;
  private resolvedAt = Number.NEGATIVE_INFINITY;

  constructor(runtime: Runtime, home: Home, options: StoreOptions) {
    this.runtime = runtime;
    this.home = home;
    this.options = options;
  }

  /**
   * The whole answer as text in a format of ClickHouse, times in ISO 8601, from tables of this pipeline. Throws as `execute` does, and tells what
   * there is not yet: no service, no tables.
   */
  async ask(plan: Plan, statement: Statement, format: string, settings: ClickHouseSettings = {}): Promise<string> {
    const { timeoutMs } = this.options;
    try {
      const { stream } = await execute(await this.reader(), statement, {
        format,
        timeoutMs,
        settings: { date_time_output_format: 'iso', ...settings },
      });
      return await text(stream);
    } catch (error) {
      throw isUnknownTable(error) ? nothingStored(plan) : error;
    }
  }

  async close(): Promise<void> {
    await this.client?.close();
  }

  private async reader(): Promise<ClickHouseClient> {
    const now = this.runtime.clock.monotonic();
    if (this.client && now - this.resolvedAt < resolveEveryMs) return this.client;
    const { clickhouse } = await resolveEndpoints(this.runtime, this.home, this.options.profile, ['clickhouse']);
    this.resolvedAt = now;
    if (!this.client || JSON.stringify(clickhouse) !== JSON.stringify(this.endpoint)) {
      const before = this.client;
      this.client = connectReader(clickhouse, { timeoutMs: this.options.timeoutMs + 5_000, connections: 32 });
      this.endpoint = clickhouse;
      await before?.close();
    }
    return this.client;
  }
}

function isUnknownTable(error: unknown): boolean {
  return error instanceof Error && error.cause instanceof ClickHouseError && error.cause.code === '60';
}

/** Tables are made by the first run of an engine. */
function nothingStored(plan: Plan): Error {
  return new PipeError(`${plan.name} has stored nothing yet`, {
    code: 'NOTHING_STORED',
    hint: `Run: pipe process ${choiceOf(plan)}`,
  });
}

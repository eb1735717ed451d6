import type { ClickHouseClient } from '@clickhouse/client';
import type { Plan } from '../../pipeline/plan.js';
import type { Alert } from '../../process/detect/kind.js';
import type { Runtime } from '../../runtime/runtime.js';
import { alertColumnNames, appendAlerts } from '../../sink/encode-alerts.js';
import { type InsertOptions, insertBlock } from '../../sink/insert.js';
import { alertTable } from '../../sink/names.js';
import { RowBuffer } from '../../sink/row-buffer.js';

/** Stores alerts: one that is stored again takes the place of its row, so that a repeat changes nothing. */
export class AlertStore {
  private readonly runtime: Pick<Runtime, 'clock' | 'entropy'>;
  private readonly client: ClickHouseClient;
  private readonly table: string;
  private readonly options: InsertOptions;
  private readonly buffer = new RowBuffer(1 << 16);

  constructor(
    runtime: Pick<Runtime, 'clock' | 'entropy'>,
    client: ClickHouseClient,
    plan: Plan,
    options: InsertOptions,
  ) {
    this.runtime = runtime;
    this.client = client;
    this.table = alertTable(plan);
    this.options = options;
  }

  /** Returns when all are stored. */
  async store(alerts: readonly Alert[]): Promise<void> {
    if (alerts.length === 0) return;
    this.buffer.reset();
    appendAlerts(this.buffer, alerts, this.runtime.clock.now());
    const block = { table: this.table, columns: alertColumnNames, body: this.buffer.body(), rows: alerts.length };
    // A token that nobody has used: where an attempt was cut short its own may be known without its rows.
    for (let uncertain = true; uncertain; )
      ({ uncertain } = await insertBlock(
        this.client,
        { ...block, token: `alerts/${this.runtime.entropy()}` },
        this.options,
      ));
  }
}

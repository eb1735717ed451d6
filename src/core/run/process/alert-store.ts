import type { ClickHouseClient } from '@clickhouse/client';
import type { Plan } from '../../pipeline/plan.js';
import type { Alert } from '../../process/detect/kind.js';
import type { Runtime } from '../../runtime/runtime.js';
import { alertColumns } from '../../sink/columns.js';
import { appendAlerts } from '../../sink/encode-alerts.js';
import { type InsertOptions, insertBlock } from '../../sink/insert.js';
import { alertTable } from '../../sink/names.js';
import { NativeBlock } from '../../sink/native-block.js';

/** Stores alerts: one that is stored again takes the place of its row, so that a repeat changes nothing. */
export class AlertStore {
  private readonly runtime: Pick<Runtime, 'clock' | 'entropy'>;
  private readonly client: ClickHouseClient;
  private readonly table: string;
  private readonly options: InsertOptions;
  private readonly block = new NativeBlock(alertColumns);

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
    this.block.reset();
    appendAlerts(this.block, alerts, this.runtime.clock.now());
    const block = { ...this.block.content(), table: this.table };
    // A token that nobody has used: where an attempt was cut short its own may be known without its rows.
    for (let uncertain = true; uncertain; )
      ({ uncertain } = await insertBlock(
        this.client,
        { ...block, token: `alerts/${this.runtime.entropy()}` },
        this.options,
      ));
  }
}

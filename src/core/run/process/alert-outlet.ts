import type { Plan } from '../../pipeline/plan.js';
import type { Alert } from '../../process/detect/kind.js';
import type { Runtime } from '../../runtime/runtime.js';
import { AlertStore } from './alert-store.js';
import { patientInserts } from './inserts.js';
import type { Outlets } from './lanes/block-processor.js';
import { Letters } from './letters.js';

/** Where alerts on windows go: like those of a block to their topic and their table, and beside the blocks. */
export class AlertOutlet {
  private readonly letters: Letters;
  private readonly table: AlertStore;
  private connected: Promise<void> | undefined;

  constructor(
    runtime: Pick<Runtime, 'clock' | 'entropy' | 'signal' | 'note'>,
    plan: Plan,
    { kafka, clickhouse }: Pick<Outlets, 'kafka' | 'clickhouse'>,
  ) {
    this.letters = new Letters(runtime, plan, kafka);
    this.table = new AlertStore(runtime, clickhouse, plan, patientInserts(runtime));
  }

  /** Returns when all are stored and sent. */
  async send(alerts: readonly Alert[]): Promise<void> {
    this.connected ??= this.letters.connect();
    await this.connected;
    this.letters.collectAlerts(alerts);
    await Promise.all([this.letters.flush(), this.table.store(alerts)]);
  }

  async close(): Promise<void> {
    if (this.connected) await this.letters.close();
  }
}

import type { ClickHouseClient } from '@clickhouse/client';
import type { Plan } from '../../pipeline/plan.js';
import type { WindowRows } from '../../process/merger.js';
import { type WindowEncoder, windowEncoder } from '../../sink/encode-windows.js';
import { type InsertOptions, insertBlock } from '../../sink/insert.js';
import { windowTable } from '../../sink/names.js';
import { NativeBlock } from '../../sink/native-block.js';
import type { VersionCounter } from './version-counter.js';

/** Stores emitted windows: upserts, of which the highest version stays, so that a repeat changes nothing. */
export class WindowStore {
  /** Window rows stored since the start. */
  emitted = 0;
  private readonly client: ClickHouseClient;
  private readonly plan: Plan;
  private readonly versions: VersionCounter;
  private readonly now: () => number;
  private readonly options: InsertOptions;
  private readonly encoders: Map<string, { encoder: WindowEncoder; block: NativeBlock }>;

  constructor(
    client: ClickHouseClient,
    plan: Plan,
    versions: VersionCounter,
    { now, options }: { now: () => number; options: InsertOptions },
  ) {
    this.client = client;
    this.plan = plan;
    this.versions = versions;
    this.now = now;
    this.options = options;
    this.encoders = new Map(
      plan.windows.map((window) => {
        const encoder = windowEncoder(plan, window);
        return [window.name, { encoder, block: new NativeBlock(encoder.columns) }];
      }),
    );
  }

  async store(emissions: readonly WindowRows[]): Promise<void> {
    for (const { window, rows } of emissions) {
      const { encoder, block } = this.encoders.get(window.name)!;
      const version = this.versions.next();
      block.reset();
      encoder.append(block, rows, version, this.now());
      const content = { ...block.content(), table: windowTable(this.plan, window) };
      // Where an attempt was cut short its token may be known without its rows: the same rows go again under another one.
      for (let attempt = 0, uncertain = true; uncertain; attempt++)
        ({ uncertain } = await insertBlock(
          this.client,
          { ...content, token: `${window.name}/${version}/${attempt}` },
          this.options,
        ));
      this.emitted += rows.length;
    }
  }
}

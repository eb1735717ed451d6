import type { ChangeSet } from '../../../metadata/changes/change-set.js';
import type { Engine } from '../../../process/engine.js';
import type { Runtime } from '../../../runtime/runtime.js';
import type { EndOfInput } from '../end-of-input.js';
import type { Reader } from '../reader.js';
import type { Delivery } from '../sources/source.js';
import type { BlockProcessor } from './block-processor.js';
import type { Lane, LaneFigures, LaneHost, LaneState } from './host.js';
import { readBlocks } from './read-blocks.js';

export interface LocalInput {
  reader: Reader;
  pending: Delivery[];
  end: EndOfInput | undefined;
}

/** The only lane, in the thread of its host and with the host's own engine, which merges what it gathers. */
export class LocalLane implements Lane {
  private readonly runtime: Pick<Runtime, 'clock'>;
  private readonly engine: Engine;
  private readonly processor: BlockProcessor;
  private readonly input: LocalInput;

  constructor(runtime: Pick<Runtime, 'clock'>, engine: Engine, processor: BlockProcessor, input: LocalInput) {
    this.runtime = runtime;
    this.engine = engine;
    this.processor = processor;
    this.input = input;
  }

  get partitions() {
    return [...this.processor.positions.keys()];
  }

  get latency() {
    return this.processor.latencies.rows;
  }

  async figures(): Promise<LaneFigures> {
    const { rows, inserts } = this.processor.latencies;
    return { rows, inserts, size: undefined };
  }

  async run(host: LaneHost, signal: AbortSignal): Promise<void> {
    const { processor, engine } = this;
    const work = {
      positions: processor.positions,
      async looked() {
        host.looked();
        await processor.looked();
      },
      async process(deliveries: readonly Delivery[]) {
        const { intent, block } = await processor.process(deliveries, host);
        const { alerts, records } = block;
        const measured = processor.latencies.take();
        host.done({ number: intent.number, records, counts: engine.counts(), alerts, partials: undefined, measured });
      },
    };
    await readBlocks(this.runtime, this.input.reader, { work, ...this.input }, signal);
  }

  /** The host has changed the tables that both have. */
  change(_: ChangeSet): void {}

  async empty(): Promise<undefined> {}

  async state(): Promise<LaneState> {
    await this.processor.storeAlerts();
    return { engine: undefined, gaps: this.processor.gaps, days: this.processor.days };
  }

  /** Its reader and processor are the host's. */
  async close(): Promise<void> {}
}

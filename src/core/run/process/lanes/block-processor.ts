import type { ClickHouseClient } from '@clickhouse/client';
import type { KafkaClient } from '../../../broker/client.js';
import type { Plan } from '../../../pipeline/plan.js';
import { ReferenceDecoder } from '../../../process/decode/reference.js';
import type { Dictionary } from '../../../process/dictionary.js';
import type { Engine } from '../../../process/engine.js';
import type { Runtime } from '../../../runtime/runtime.js';
import { AggregatedDays, type DayCounts } from '../aggregated-days.js';
import { AlertStore } from '../alert-store.js';
import { type Block, BlockMaker, rangesOf } from '../block.js';
import { BlockStore } from '../block-store.js';
import { EngineLatencies } from '../engine-latencies.js';
import { GatheredAlerts } from '../gathered-alerts.js';
import { patientInserts } from '../inserts.js';
import type { Intent } from '../intent-log.js';
import { Letters } from '../letters.js';
import type { Delivery } from '../sources/source.js';
import type { LaneHost } from './host.js';

/** Where partitions go on, and what was counted of them before. */
export interface Counted {
  positions: ReadonlyMap<number, number>;
  gaps: Readonly<Record<number, number>>;
  days: Record<number, DayCounts>;
}

/** Where blocks go, and whether latencies are told by second, too. */
export interface Outlets {
  kafka: KafkaClient;
  clickhouse: ClickHouseClient;
  topicId: string;
  bySecond: boolean;
}

/** Judges blocks of the engine's partitions, and stores what follows from them: raw rows, dead letters and late events, alerts. One block at a time. */
export class BlockProcessor {
  readonly latencies: EngineLatencies;
  /** Next offset to judge, by partition. */
  readonly positions: Map<number, number>;
  private readonly runtime: Pick<Runtime, 'clock'>;
  private readonly engine: Engine;
  private readonly decoder: ReferenceDecoder;
  private readonly counted: AggregatedDays;
  private readonly maker: BlockMaker;
  private readonly blocks: BlockStore;
  private readonly letters: Letters;
  private readonly alerts: GatheredAlerts;

  constructor(
    runtime: Pick<Runtime, 'clock' | 'entropy' | 'signal' | 'note'>,
    plan: Plan,
    engine: Engine,
    counted: Counted,
    { kafka, clickhouse, topicId, bySecond }: Outlets,
  ) {
    this.runtime = runtime;
    this.latencies = new EngineLatencies(plan, { bySecond });
    this.engine = engine;
    this.positions = new Map(counted.positions);
    this.decoder = new ReferenceDecoder(plan, engine.dictionary);
    this.counted = new AggregatedDays(plan, counted.days);
    this.maker = new BlockMaker(plan, engine, this.decoder, this.counted, counted.gaps);
    const options = patientInserts(runtime);
    this.blocks = new BlockStore(runtime, { client: clickhouse, plan, topicId, maker: this.maker, options });
    this.letters = new Letters(runtime, plan, kafka);
    this.alerts = new GatheredAlerts(runtime.clock, new AlertStore(runtime, clickhouse, plan, options));
  }

  connect(): Promise<void> {
    return this.letters.connect();
  }

  close(): Promise<void> {
    return this.letters.close();
  }

  get gaps(): Record<number, number> {
    return Object.fromEntries(this.maker.gaps);
  }

  get days(): Record<number, DayCounts> {
    return this.counted.saved();
  }

  /** Announces the deliveries as one block, judges them and stores what follows. */
  async process(deliveries: readonly Delivery[], host: Pick<LaneHost, 'begin' | 'again'>): Promise<Stored> {
    const intent = await host.begin(rangesOf(deliveries, this.positions));
    this.engine.judgeAt(intent.watermark ?? Number.NEGATIVE_INFINITY);
    const block = this.judge(deliveries);
    await this.store(block, intent, { host, doubtful: false });
    return { intent, block };
  }

  judge(deliveries: readonly Delivery[]): Block {
    const block = this.maker.make(deliveries, this.positions);
    this.latencies.judged(block, this.runtime.clock.now());
    return block;
  }

  /** There are no records: alerts of earlier blocks do not wait for the next. */
  looked(): Promise<void> {
    return this.alerts.storeDue();
  }

  /** Takes a block's alerts on their way to their table. */
  gather({ alerts }: Block): void {
    this.alerts.add(alerts);
  }

  /** Returns when the alerts of all blocks are stored: a checkpoint that covers the blocks must wait for it. */
  storeAlerts(): Promise<void> {
    return this.alerts.storeAll();
  }

  /** Returns when all is stored but alerts, which are gathered. For `doubtful`, see `BlockStore.store`. */
  async store(
    block: Block,
    intent: Intent,
    { host, doubtful }: { host: Pick<LaneHost, 'again'>; doubtful: boolean },
  ): Promise<void> {
    for (const { batch, verdicts } of block.judged) this.letters.collect(batch, verdicts);
    this.letters.collectAlerts(block.alerts);
    this.gather(block);
    await Promise.all([this.letters.flush(), this.insert(block, intent, { host, doubtful }), this.alerts.storeDue()]);
    this.latencies.stored(block, this.runtime.clock.now());
  }

  /** What the engine interns into from now on. */
  moveTo(dictionary: Dictionary): void {
    this.decoder.dictionary = dictionary;
  }

  private async insert(
    block: Block,
    intent: Intent,
    { host, doubtful }: { host: Pick<LaneHost, 'again'>; doubtful: boolean },
  ): Promise<void> {
    const { clock } = this.runtime;
    const [begun, start] = [clock.now(), clock.monotonic()];
    await this.blocks.store(block, intent, (attempt) => host.again(attempt), doubtful);
    if (block.rows > 0) this.latencies.inserted(begun, clock.monotonic() - start);
  }
}

export interface Stored {
  intent: Intent;
  block: Block;
}

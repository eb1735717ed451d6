import { parentPort, workerData } from 'node:worker_threads';
import { connectKafka } from '../../../broker/client.js';
import type { ChangeSet } from '../../../metadata/changes/change-set.js';
import type { Plan } from '../../../pipeline/plan.js';
import { Dictionary } from '../../../process/dictionary.js';
import { Engine, type StateSize } from '../../../process/engine.js';
import { EnrichmentTables } from '../../../process/enrich.js';
import type { EncodedHistogram } from '../../../runtime/latency-histogram.js';
import { nodeRuntime } from '../../../runtime/node-runtime.js';
import { connectWriter } from '../../../sink/client.js';
import { EndOfInput } from '../end-of-input.js';
import type { Intent, OffsetRange } from '../intent-log.js';
import { JoinedRows } from '../joined-rows.js';
import type { EngineEndpoints } from '../open.js';
import { Reader } from '../reader.js';
import type { Divided } from '../running-engine.js';
import { type EngineName, sources } from '../sources/registry.js';
import { BlockProcessor } from './block-processor.js';
import { Channel } from './channel.js';
import type { BlockResult, LaneHost, LaneState } from './host.js';
import { readBlocks } from './read-blocks.js';

/** All that a lane in a thread of its own begins with. */
export interface ThreadStart extends Divided {
  name: string;
  plan: Plan;
  endpoints: EngineEndpoints;
  engine: EngineName;
  topicId: string;
  queueBytes: number;
  /** Whether latencies are told by second, too. */
  bySecond: boolean;
  /** For a bounded run, where the partitions end. */
  ends: ReadonlyMap<number, number> | undefined;
}

/** What a lane's thread calls in that of its host. */
export interface HostCalls extends LaneHost {
  note(line: string): void;
}

/** What the host calls in a lane's thread. */
export interface ThreadCalls {
  /** Resolves when everything is connected. */
  open(): Promise<void>;
  /** Resolves when the lane has ended. */
  run(): Promise<void>;
  stop(reason: string): void;
  change(changes: ChangeSet): void;
  empty(): Uint8Array;
  /** Resolves when what its blocks raised is stored. */
  state(): Promise<LaneState>;
  latency(): EncodedHistogram;
  figures(): { rows: EncodedHistogram; inserts: EncodedHistogram; size: StateSize };
  close(): Promise<void>;
}

function begin(start: ThreadStart) {
  const stop = new AbortController();
  const host: Channel<HostCalls> = new Channel(parentPort!, {
    open,
    run,
    stop: (reason: string) => stop.abort(reason),
    change: (changes: ChangeSet) => joined.apply(changes),
    empty: () => engine.handOverAll(),
    state,
    latency: () => processor!.latencies.rows.encoded(),
    figures: () => {
      const { rows, inserts } = processor!.latencies;
      return { rows: rows.encoded(), inserts: inserts.encoded(), size: engine.size() };
    },
    close: async () => {
      for (const one of closing.reverse()) await one();
    },
  } satisfies { [Name in keyof ThreadCalls]: unknown });
  const runtime = { ...nodeRuntime(), signal: stop.signal, note: (line: string) => host.tell('note', line) };
  const { plan } = start;
  const dictionary = new Dictionary();
  const enrichment = new EnrichmentTables(plan, dictionary);
  const joined = new JoinedRows(enrichment, plan.enrich.length);
  joined.become(start.enrichment);
  const engine = new Engine(plan, start.partitions, { dictionary, enrichment });
  engine.restorePartitions(start.sections);
  const closing: (() => Promise<unknown>)[] = [];
  let processor: BlockProcessor | undefined;
  let reader: Reader | undefined;

  async function open(): Promise<void> {
    const kafka = await connectKafka(start.endpoints.kafka, start.name, runtime.clock);
    closing.push(() => kafka.close());
    const clickhouse = connectWriter(start.endpoints.clickhouse);
    closing.push(() => clickhouse.close());
    const { counted, topicId } = start;
    processor = new BlockProcessor(runtime, plan, engine, counted, {
      kafka,
      clickhouse,
      topicId,
      bySecond: start.bySecond,
    });
    const source = sources[start.engine](runtime, kafka, plan.topics.events);
    reader = new Reader(source, processor.positions, start.queueBytes);
    await processor.connect();
    closing.push(() => processor!.close());
  }

  async function run(): Promise<void> {
    const { positions } = processor!;
    const work = { positions, looked, process };
    const end = start.ends && new EndOfInput(start.ends);
    await readBlocks(runtime, reader!, { work, end }, stop.signal).finally(() => reader!.close());
  }

  async function looked(): Promise<void> {
    host.tell('looked');
    await processor!.looked();
  }

  async function process(deliveries: Parameters<BlockProcessor['process']>[0]): Promise<void> {
    const { intent, block } = await processor!.process(deliveries, {
      begin: (ranges: OffsetRange[]) => host.call('begin', ranges),
      again: (attempt: Intent) => host.call('again', attempt),
    });
    const counts = engine.counts();
    const { alerts, records } = block;
    const measured = processor!.latencies.take();
    const partials = engine.handOver();
    const result: BlockResult = { number: intent.number, records, counts, alerts, partials, measured };
    host.tell('done', result);
  }

  async function state(): Promise<LaneState> {
    await processor!.storeAlerts();
    const partials = engine.handOverAll();
    const cut = engine.cut();
    const renewed = engine.renewDictionary();
    if (renewed) processor!.moveTo(renewed);
    return { engine: { ...cut, partials }, gaps: processor!.gaps, days: processor!.days };
  }
}

begin(workerData as ThreadStart);

import type { Plan } from '../../../../../src/core/pipeline/plan.js';
import { ReferenceDecoder } from '../../../../../src/core/process/decode/reference.js';
import type { AddedIds } from '../../../../../src/core/process/deduplicate/deduplicator.js';
import { Engine, type IdsByPartition, type PartitionCounts } from '../../../../../src/core/process/engine.js';
import type { WindowRows } from '../../../../../src/core/process/merger.js';
import type { Sections } from '../../../../../src/core/process/snapshot/sections.js';
import { Verdict } from '../../../../../src/core/process/verdict.js';
import type { OffsetRange } from '../../../../../src/core/run/process/intent-log.js';
import { LaneWatch } from '../../../../../src/core/run/process/lanes/lane-watch.js';
import type { OracleEvent } from '../../../process/oracle.js';
import { partitions } from '../../../process/scenario.js';
import { fetched } from '../../../process/support.js';

export const idleTimeoutMs = 20;

interface Announced {
  watermark: number;
  events: readonly OracleEvent[];
}

interface PureLane {
  engine: Engine;
  decoder: ReferenceDecoder;
  /** The block under way. */
  block: (Announced & { judged: boolean }) | undefined;
}

type Ids = Record<'saved' | 'kept', (readonly [partition: number, ids: AddedIds])[]>;

export interface Outside {
  /** Once for each time that an event is judged; in the order of its partition. */
  judged(event: OracleEvent, verdict: string, watermark: number): void;
  store(rows: readonly WindowRows[]): void;
}

/**
 * Lanes without threads and services, step by step: what a thread does between two messages, and what the conductor does between two of them, is one
 * step each. What a kill leaves is the last checkpoint, what was announced since, and what was stored.
 */
export class PureLanes {
  private readonly plan: Plan;
  private readonly outside: Outside;
  private readonly waiting = new Map<number, OracleEvent[]>(partitions.map((partition) => [partition, []]));
  private now = 0;
  private lanes: PureLane[] = [];
  private watch!: LaneWatch;
  private merging!: Engine;
  private asked: { lane: number; blocks: number }[] = [];
  private saved: Sections;
  /** The ids that belong to `saved`, and those that will belong to what is saved next. */
  private ids: Ids = { saved: [], kept: [] };
  private announced: Announced[] = [];

  constructor(plan: Plan, outside: Outside, workers: number) {
    this.plan = plan;
    this.outside = outside;
    this.saved = new Engine(plan, partitions).cut().sections;
    this.restart(workers);
  }

  get watermark(): number {
    return this.merging.watermark;
  }

  arrive(event: OracleEvent): void {
    this.waiting.get(event.partition)!.push(event);
  }

  /** Lanes that are not at work look again and again. */
  wait(ms: number): void {
    this.now += ms;
    for (const [index, { block, engine }] of this.lanes.entries()) {
      const nothing = engine.counts().every(({ partition }) => this.waiting.get(partition)!.length === 0);
      if (!block && nothing) this.watch.looked(index, this.now);
    }
  }

  /** The lane takes up to `most` events of each of its partitions and announces them; nothing when it is at work. */
  begin(index: number, most: number): void {
    const lane = this.lane(index);
    if (lane.block) return;
    const events = lane.engine.counts().flatMap(({ partition }) => this.waiting.get(partition)!.splice(0, most));
    if (events.length === 0) {
      this.watch.looked(this.lanes.indexOf(lane), this.now);
      return;
    }
    const { watermark } = this.merging;
    this.watch.began(this.lanes.indexOf(lane), rangesOf(events), this.now);
    this.announced.push({ watermark, events });
    lane.block = { watermark, events, judged: false };
  }

  judge(index: number): void {
    const { block, engine, decoder } = this.lane(index);
    if (!block || block.judged) return;
    this.judgeWith(engine, decoder, block);
    block.judged = true;
  }

  /** The lane's block is stored. */
  done(index: number): void {
    const lane = this.lane(index);
    if (!lane.block?.judged) return;
    this.merging.receive(lane.engine.handOver());
    this.watch.ended(this.lanes.indexOf(lane), lane.engine.counts(), this.now);
    lane.block = undefined;
  }

  /** The conductor asks silent lanes for what they have; they answer in a later step. */
  ask(): void {
    if (this.asked.length === 0) this.asked = this.watch.toEmpty();
  }

  answer(): void {
    for (const known of this.asked.splice(0)) {
      this.merging.receive(this.lanes[known.lane]!.engine.handOverAll());
      this.watch.emptied(known);
    }
  }

  advance(): void {
    this.outside.store(this.merging.advance(this.watch.idle(), this.watch.standings));
  }

  /** Only at rest. */
  checkpoint(): void {
    if (this.watch.busy) return;
    this.handOver();
    const cuts = [...this.lanes.map(({ engine }) => engine.cut()), this.merging.cut()];
    this.saved = new Map(cuts.flatMap(({ sections }) => [...sections]));
    for (const { ids } of cuts) this.keep(ids);
    this.ids.saved = [...this.ids.kept];
    this.announced = [];
    for (const { engine, decoder } of this.lanes) decoder.dictionary = engine.renewDictionary(0)!;
    this.merging.renewDictionary(0);
  }

  /** Everything but what is stored outside is lost; as many lanes as given go on, whose replay is that of one engine. */
  kill(workers: number): void {
    this.restart(workers);
  }

  /** All that has come, through every lane, and the end of the input. */
  finish(): void {
    for (const [index] of this.lanes.entries()) {
      for (let left = true; left; left = this.lanes[index]!.block !== undefined) {
        this.judge(index);
        this.done(index);
        this.begin(index, Number.POSITIVE_INFINITY);
      }
    }
    this.handOver();
    this.outside.store(this.merging.finish(this.watch.standings));
  }

  private restart(workers: number): void {
    const engine = new Engine(this.plan, partitions);
    const decoder = new ReferenceDecoder(this.plan, engine.dictionary);
    engine.restore(this.saved);
    this.ids.kept = [...this.ids.saved];
    for (const [partition, { bytes }] of this.ids.saved) engine.remember(partition, bytes!);
    for (const block of this.announced) {
      this.outside.store(engine.advanceTo(block.watermark));
      this.judgeWith(engine, decoder, block);
    }
    engine.suspectStored();
    this.divide(engine, Math.min(workers, partitions.length));
  }

  private divide(engine: Engine, workers: number): void {
    const counts: PartitionCounts[] = engine.counts();
    this.keep(engine.takeAddedIds());
    const sections = engine.snapshot();
    this.merging = new Engine(this.plan, []);
    this.merging.restore(sections);
    const owned = Array.from({ length: workers }, (_, lane) => partitions.filter((each) => each % workers === lane));
    this.lanes = owned.map((own) => {
      const lane = new Engine(this.plan, own);
      lane.restorePartitions(sections);
      return { engine: lane, decoder: new ReferenceDecoder(this.plan, lane.dictionary), block: undefined };
    });
    this.asked = [];
    const positions = new Map(counts.map(({ partition, nextOffset }) => [partition, nextOffset]));
    this.watch = new LaneWatch(owned, { counts, positions }, idleTimeoutMs, this.now);
  }

  private handOver(): void {
    for (const { engine } of this.lanes) this.merging.receive(engine.handOverAll());
  }

  /** Like the files of a journal: what is forgotten goes. */
  private keep(added: IdsByPartition): void {
    this.ids.kept = [...this.ids.kept, ...[...added].filter(([, { bytes }]) => bytes)].filter(
      ([partition, { newest }]) => newest > (added.get(partition)?.forgotten ?? Number.NEGATIVE_INFINITY),
    );
  }

  private judgeWith(engine: Engine, decoder: ReferenceDecoder, { watermark, events }: Announced): void {
    engine.judgeAt(watermark);
    for (const partition of partitions) {
      const own = events.filter((each) => each.partition === partition);
      if (own.length === 0) continue;
      const { verdicts } = engine.process(decoder.decode(fetched(own.map(recordOf))));
      own.forEach((event, row) => void this.outside.judged(event, nameOf(verdicts[row]!), watermark));
    }
  }

  private lane(index: number): PureLane {
    return this.lanes[index % this.lanes.length]!;
  }
}

function recordOf({ partition, offset, recordTime, broken, ...value }: OracleEvent) {
  return { partition, offset, recordTime, value: broken ? '{' : value };
}

function nameOf(code: number): string {
  return Object.entries(Verdict).find(([, value]) => value === code)![0];
}

function rangesOf(events: readonly OracleEvent[]): OffsetRange[] {
  return partitions.flatMap((partition) => {
    const offsets = events.filter((each) => each.partition === partition).map(({ offset }) => offset);
    return offsets.length === 0 ? [] : [{ partition, from: offsets[0]!, to: offsets.at(-1)! + 1 }];
  });
}

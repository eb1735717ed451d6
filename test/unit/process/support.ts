import { loadPipeline } from '../../../src/core/pipeline/load.js';
import type { Plan } from '../../../src/core/pipeline/plan.js';
import type { FetchedRecords } from '../../../src/core/process/batch.js';
import { ReferenceDecoder } from '../../../src/core/process/decode/reference.js';
import type { Alert } from '../../../src/core/process/detect/kind.js';
import type { Dictionary } from '../../../src/core/process/dictionary.js';
import { Engine, type EngineOptions } from '../../../src/core/process/engine.js';
import type { WindowRows } from '../../../src/core/process/merger.js';
import { Verdict } from '../../../src/core/process/verdict.js';
import type { WindowRow } from '../../../src/core/process/window/type.js';

/** A record as a topic holds it; a value that is a string or bytes is taken as it is, null is a tombstone, anything else becomes JSON. */
export interface TestRecord {
  partition: number;
  offset: number;
  /** Kafka's timestamp; far in the future when left out, so that no event is too early. */
  recordTime?: number;
  value: unknown;
}

const header = `
pipeline: shop
version: 1
topic: { key: user }
event:
  id: id
  time: at
  fields:
    id: string
    at: timestamp
    user: string
    kind: { type: string, optional: true }
    amount: { type: int, optional: true }
    price: { type: decimal, scale: 2, optional: true }
    weight: { type: float, optional: true }
    flag: { type: bool, optional: true }
`;

/** A plan over the fields id, at, user, kind, amount, price, weight, flag. Times are 10 (out of order), 20 (late) and 1000 (horizon) ms unless given. */
export function planOf(windows: string, more = times()): Plan {
  return loadPipeline(`${header}${more}\nwindows:\n${windows}`, 'test.yaml');
}

export function times(outOfOrderness = 10, lateness = 20, horizon = 1000, skew = 300_000): string {
  return `time: { out_of_orderness: ${outOfOrderness}, allowed_lateness: ${lateness}, max_future_skew: ${skew} }
deduplicate: { horizon: ${horizon} }
`;
}

export const counted = `
  w:
    tumbling: [10]
    aggregates: { n: count() }
`;

/** Consecutive records of one partition, as a source fetches them. */
export function fetched(records: readonly TestRecord[]): FetchedRecords {
  const encoded = records.map(({ value }) => (value === null ? null : bytesOf(value)));
  const size = records.length;
  const starts = new Int32Array(size).fill(-1);
  const ends = new Int32Array(size).fill(-1);
  const buffer = new Uint8Array(encoded.reduce((sum, each) => sum + (each?.length ?? 0), 0));
  let used = 0;
  encoded.forEach((bytes, row) => {
    if (!bytes) return;
    buffer.set(bytes, used);
    starts[row] = used;
    used += bytes.length;
    ends[row] = used;
  });
  return {
    partition: records[0]?.partition ?? 0,
    size,
    offsets: Float64Array.from(records, ({ offset }) => offset),
    recordTimes: Float64Array.from(records, ({ recordTime }) => recordTime ?? 8e15),
    records: {
      buffer,
      keyStarts: new Int32Array(size).fill(-1),
      keyEnds: new Int32Array(size).fill(-1),
      valueStarts: starts,
      valueEnds: ends,
    },
  };
}

function bytesOf(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value;
  return new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));
}

/** What stands for an identity of a result; two rows with the same one are revisions of each other. */
export function identity(window: string, row: WindowRow): string {
  return JSON.stringify([window, row.size, row.advance, row.start, row.keys]);
}

/** An engine with its decoder, and what it gave so far. */
export class Trial {
  readonly engine: Engine;
  readonly verdicts = new Map<string, string>();
  /** The last row of each identity: what the store's view shows. */
  readonly results = new Map<string, WindowRow>();
  /** Every row that came, in order. */
  readonly emitted: { window: string; row: WindowRow }[] = [];
  /** Every alert that came, in order. */
  readonly alerts: Alert[] = [];
  private readonly decoder: ReferenceDecoder;

  constructor(plan: Plan, partitions: readonly number[] = [0], options: EngineOptions = {}) {
    this.engine = new Engine(plan, partitions, options);
    this.decoder = new ReferenceDecoder(plan, this.engine.dictionary);
  }

  /** For the batches to come, after `renewDictionary`. */
  useDictionary(dictionary: Dictionary): void {
    this.decoder.dictionary = dictionary;
  }

  /** The verdicts of consecutive records of one partition. */
  process(records: readonly TestRecord[]): string[] {
    if (records.length === 0) return [];
    const { verdicts, alerts } = this.engine.process(this.decoder.decode(fetched(records)));
    this.alerts.push(...alerts);
    const names = Array.from(verdicts, nameOf);
    records.forEach(({ partition, offset }, row) => {
      this.verdicts.set(`${partition}/${offset}`, names[row]!);
    });
    return names;
  }

  /** One record after another, `[at, id, more]`, into partition 0 unless it says otherwise. */
  feed(...events: Record<string, unknown>[]): string[] {
    return events.flatMap((event) => {
      const { partition = 0, recordTime, ...value } = event as { partition?: number; recordTime?: number };
      const offset = this.engine.counts().find((each) => each.partition === partition)!.nextOffset;
      const identified = { id: `e${offset}`, user: 'u', ...value };
      return this.process([{ partition, offset, recordTime, value: identified }]);
    });
  }

  advance(idle: number[] = []): string[] {
    return this.keep(this.engine.advance(idle));
  }

  finish(): string[] {
    return this.keep(this.engine.finish());
  }

  /** The ids of the alerts since the last call. */
  raised(): string[] {
    return this.alerts.splice(0).map(({ id }) => id);
  }

  /** Rows as short text: `[start,end) keys: values`, with a ~ when provisional, or `deleted`. */
  private keep(windows: readonly WindowRows[]): string[] {
    this.alerts.push(...this.engine.takeAlerts());
    return windows.flatMap(({ window, rows }) =>
      rows.map((row) => {
        if (row.deleted) this.results.delete(identity(window.name, row));
        else this.results.set(identity(window.name, row), row);
        this.emitted.push({ window: window.name, row });
        return shown(row);
      }),
    );
  }
}

export function shown({ start, end, keys, values, provisional, deleted }: WindowRow): string {
  const by = keys.length > 0 ? ` ${keys.join(' ')}` : '';
  if (deleted) return `[${start},${end})${by}: deleted`;
  return `[${start},${end})${by}: ${values.join(' ')}${provisional ? ' ~' : ''}`;
}

function nameOf(code: number): string {
  return Object.entries(Verdict).find(([, value]) => value === code)![0];
}

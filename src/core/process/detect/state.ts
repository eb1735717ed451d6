import type { Columns } from '../batch.js';
import type { StateReader } from '../snapshot/reader.js';
import type { StateWriter } from '../snapshot/writer.js';
import { Timers } from '../table/timers.js';
import { TupleTable } from '../table/tuple-table.js';
import { HeldObservations } from './held.js';
import type { Alert, Evidence, KeyDetector, Value } from './kind.js';
import type { DetectorSource } from './source.js';

/** What a detector knows of one key, and what is known of the key beside that. */
interface Key {
  group: number;
  detector: KeyDetector;
  /** Time of the last observation. */
  seen: number;
  /** Of the last alert. */
  alerted: number;
  /** Earliest of its timers; a detector that wants to be woken later is asked again then. */
  scheduled: number;
}

const never = Number.NEGATIVE_INFINITY;
const fewestSwept = 1024;

/**
 * One detector over one sequence: the events of a partition, or the rows of a window. Observations are held until the frontier reaches them and
 * are then seen by (time, offset), so that nothing depends on the order in which they came, nor on how they were cut into batches.
 */
export class DetectorState {
  private readonly source: DetectorSource;
  /** Undefined for rows of windows. */
  private readonly partition: number | undefined;
  private readonly held: HeldObservations;
  private table: TupleTable;
  /** By group; none where nothing was seen yet, or all was forgotten. */
  private keys: (Key | undefined)[] = [];
  private readonly timers = new Timers<Key>();
  private sweepAt = fewestSwept;
  private readonly observation: { time: number; offset: number; values: Value[] };
  private passed = new Int32Array(0);
  private words = new Int32Array(0);
  private groups = new Int32Array(0);

  constructor(source: DetectorSource, partition?: number) {
    this.source = source;
    this.partition = partition;
    this.held = new HeldObservations(source.inputs.length);
    this.table = new TupleTable(source.layout.width);
    this.observation = { time: 0, offset: 0, values: source.inputs.map(() => null) };
  }

  /** Keys that are known, the forgotten ones among them until they are swept. */
  get size(): number {
    return this.table.size;
  }

  get bytes(): number {
    let bytes = this.held.bytes + this.table.bytes;
    for (const key of this.keys) if (key) bytes += keyBytes + key.detector.bytes;
    return bytes;
  }

  /** Holds the rows rows[0 .. count - 1] that pass the filter; all of them are beyond the frontier of the last `release`. */
  hold(columns: Columns, times: Float64Array, offsets: Float64Array, rows: Int32Array, count: number): void {
    const { where, inputs, layout } = this.source;
    this.makeRoom(count);
    let selected = rows;
    let left = count;
    if (where) {
      left = keepTrue(where(columns), rows, count, this.passed);
      selected = this.passed;
    }
    if (left === 0) return;
    layout.fill(columns, selected, left, this.words);
    this.table.insertAll(this.words, left, this.groups);
    const { held, groups } = this;
    held.reserve(left);
    const raws = inputs.map((input) => input(columns));
    for (let index = 0; index < left; index++) {
      const row = selected[index]!;
      const slot = held.add(times[row]!, offsets[row]!, groups[index]!);
      for (let input = 0; input < raws.length; input++) held.values[input]![slot] = raws[input]![row]!;
    }
  }

  /** Lets everything up to the frontier be seen; alerts go to `alerts`, by time. */
  release(frontier: number, alerts: Alert[]): void {
    const { held, timers } = this;
    while (held.earliest <= frontier) {
      const slot = held.take();
      const time = held.times[slot]!;
      if (timers.earliest < time) this.wake(time - 1, alerts);
      this.observe(slot, time, alerts);
    }
    if (timers.earliest <= frontier) this.wake(frontier, alerts);
    if (this.table.size >= this.sweepAt) this.sweep(frontier);
  }

  /** `frontier` is that of the last `release`. */
  write(writer: StateWriter, frontier: number): void {
    this.sweep(frontier);
    this.source.layout.write(writer, this.table);
    writer.array(Uint8Array.from(this.keys, (key) => (key ? 1 : 0)));
    for (const key of this.keys) {
      if (!key) continue;
      writer.number(key.seen);
      writer.number(key.alerted);
      key.detector.write(writer);
    }
    this.held.write(writer, this.source.dictionaries);
  }

  /** Into a fresh one. */
  read(reader: StateReader): void {
    this.table = this.source.layout.read(reader);
    this.keys = Array.from(reader.octets(), (known, group) => (known === 1 ? this.freshKey(group) : undefined));
    for (const key of this.keys) {
      if (!key) continue;
      key.seen = reader.number();
      key.alerted = reader.number();
      key.detector.read(reader);
      this.schedule(key);
    }
    this.held.read(reader, this.source.dictionaries);
    this.sweepAt = Math.max(fewestSwept, 2 * this.table.size);
  }

  private observe(slot: number, time: number, alerts: Alert[]): void {
    const { observation, held, source } = this;
    const key = this.keyAt(held.groups[slot]!, time);
    observation.time = time;
    observation.offset = held.offsets[slot]!;
    for (let input = 0; input < source.values.length; input++)
      observation.values[input] = source.values[input]!(held.values[input]![slot]!);
    key.seen = time;
    const evidence = key.detector.observe(observation);
    if (evidence) this.raise(key, time, observation.offset, evidence, '', alerts);
    if (key.detector.due < key.scheduled) this.schedule(key);
  }

  /** The key of a group, anew when it was not seen for too long. */
  private keyAt(group: number, time: number): Key {
    const known = this.keys[group];
    if (known && time - known.seen < this.source.detector.forget) return known;
    while (this.keys.length < group) this.keys.push(undefined);
    const fresh = this.freshKey(group);
    this.keys[group] = fresh;
    return fresh;
  }

  private freshKey(group: number): Key {
    return { group, detector: this.source.create(), seen: never, alerted: never, scheduled: Number.POSITIVE_INFINITY };
  }

  private wake(until: number, alerts: Alert[]): void {
    const { timers } = this;
    for (let at = timers.earliest; at <= until; at = timers.earliest) {
      const key = timers.takeFirst();
      key.scheduled = Number.POSITIVE_INFINITY;
      const { due } = key.detector;
      if (due <= at) {
        const found = key.detector.wake?.(due);
        if (found) this.raise(key, due, found.offset, found.evidence, `@${due}`, alerts);
      }
      this.schedule(key);
    }
  }

  /** What is due when the key is forgotten is forgotten too. */
  private schedule(key: Key): void {
    const { due } = key.detector;
    if (due >= key.scheduled || due >= key.seen + this.source.detector.forget) return;
    key.scheduled = due;
    this.timers.add(due, key);
  }

  private raise(key: Key, time: number, offset: number, evidence: Evidence, suffix: string, alerts: Alert[]): void {
    const { detector, layout } = this.source;
    if (time - key.alerted < detector.cooldown) return;
    key.alerted = time;
    const values = layout.keys(this.table, key.group);
    const { name, kind, severity, input } = detector;
    const place = this.partition === undefined ? `${offset}/${JSON.stringify(values)}` : `${this.partition}-${offset}`;
    const keys = input.by.map((column, index): [string, Value] => {
      const field = input.fields[column]!;
      const value = values[index]!;
      return [field.name, field.type === 'bool' && value !== null ? value === 1 : value];
    });
    alerts.push({
      id: `${name}/${place}${suffix}`,
      detector: name,
      kind,
      severity,
      keys: Object.fromEntries(keys),
      time,
      partition: this.partition ?? 0,
      offset: this.partition === undefined ? -1 : offset,
      evidence,
    });
  }

  /** Drops the keys that any later observation would find forgotten: none of them can be told from a new one. */
  private sweep(frontier: number): void {
    const { table, keys, held } = this;
    const kept = new TupleTable(table.width);
    const places = new Int32Array(table.size).fill(-1);
    const keep = (group: number) => {
      if (places[group] === -1) places[group] = kept.insert(table.words, group * table.width);
      return places[group]!;
    };
    const left: (Key | undefined)[] = [];
    for (const key of keys) {
      if (!key || frontier - key.seen >= this.source.detector.forget) continue;
      key.group = keep(key.group);
      left[key.group] = key;
    }
    held.forEach((slot) => {
      held.groups[slot] = keep(held.groups[slot]!);
    });
    this.table = kept;
    this.keys = Array.from({ length: kept.size }, (_, group) => left[group]);
    this.sweepAt = Math.max(fewestSwept, 2 * kept.size);
  }

  private makeRoom(size: number): void {
    if (size <= this.groups.length) return;
    this.passed = new Int32Array(size);
    this.words = new Int32Array(size * this.source.layout.width);
    this.groups = new Int32Array(size);
  }
}

/** What a key takes beside its detector, its tuple and its timer. */
const keyBytes = 96;

/** Copies the rows for which the value is 1 (true, neither 0 nor null); how many they are. */
function keepTrue(truths: Float64Array, rows: Int32Array, count: number, kept: Int32Array): number {
  let left = 0;
  for (let index = 0; index < count; index++) {
    const row = rows[index]!;
    kept[left] = row;
    left += truths[row] === 1 ? 1 : 0;
  }
  return left;
}

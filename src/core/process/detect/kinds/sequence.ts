import type { SettingsOf } from '../../../pipeline/detect/registry.js';
import type { StateReader } from '../../snapshot/reader.js';
import type { StateWriter } from '../../snapshot/writer.js';
import type { DetectorKind, Evidence, KeyDetector, Observation, Value } from '../kind.js';
import { readValue, writeValue } from '../value.js';

type Settings = SettingsOf<'sequence'>;

/**
 * Steps that follow each other within a time, anything lying between: what Flink's CEP calls followedBy (skip till next match) with AFTER MATCH
 * SKIP PAST LAST ROW. A, then B: less than `within` from the first to the last. A without B: B does not come less than `within` after the steps before
 * it began. A step `at_least` n is n steps of the same condition.
 *
 * For each number of steps done, only the latest beginning is kept (a search over all subsequences by dynamic programming): if any choice of
 * observations makes the sequence in time, the one that begins last does.
 */
export const sequence: DetectorKind<Settings> = { create: (settings) => new Sequence(settings) };

/** By number of steps done, less one: when the latest run that came so far began. -Infinity for none. */
type Begun = Float64Array;

interface Waiting {
  /** When the run began, whose last step must not come. */
  begun: number;
  offset: number;
}

class Sequence implements KeyDetector {
  private readonly within: number;
  /** Which input is the condition of each step, those that are repeated so often. */
  private readonly conditions: readonly number[];
  /** Input of the condition that must not come, -1 for none. */
  private readonly absent: number;
  /** Input of what all steps share, -1 for nothing. */
  private readonly same: number;
  /** By what the steps share; the one that was touched last comes last. */
  private readonly runs = new Map<Value, { begun: Begun; touched: number }>();
  /** In the order of their beginnings. */
  private readonly waiting = new Map<Value, Waiting>();

  constructor({ steps, within, same }: Settings) {
    this.within = within;
    this.absent = steps.findIndex(({ absent }) => absent);
    this.conditions = steps.flatMap(({ absent, at_least: times }, index) =>
      absent ? [] : Array.from({ length: times }, () => index),
    );
    this.same = same === undefined ? -1 : steps.length;
  }

  get bytes(): number {
    return 64 + this.runs.size * (96 + 8 * this.conditions.length) + this.waiting.size * 96;
  }

  /** When the first of those that wait has waited long enough. */
  get due(): number {
    const [first] = this.waiting.values();
    return first ? first.begun + this.within : Number.POSITIVE_INFINITY;
  }

  observe({ time, offset, values }: Observation): Evidence | undefined {
    const shared = this.same < 0 ? true : values[this.same]!;
    if (shared === null) return undefined;
    this.dropOld(time);
    if (this.absent >= 0 && values[this.absent] === true) this.came(shared, time);
    const begun = this.advance(shared, time, values);
    if (begun === undefined) return undefined;
    this.runs.delete(shared);
    if (this.absent >= 0) {
      if (!this.waiting.has(shared)) this.wait(shared, { begun, offset });
      return undefined;
    }
    return this.evidence(shared, begun);
  }

  wake(): { evidence: Evidence; offset: number } | undefined {
    const [first] = this.waiting;
    if (!first) return undefined;
    const [shared, { begun, offset }] = first;
    this.waiting.delete(shared);
    return { evidence: this.evidence(shared, begun), offset };
  }

  write(writer: StateWriter): void {
    writer.int(this.runs.size);
    for (const [shared, { begun, touched }] of this.runs) {
      writeValue(writer, shared);
      writer.array(begun);
      writer.number(touched);
    }
    writer.int(this.waiting.size);
    for (const [shared, { begun, offset }] of this.waiting) {
      writeValue(writer, shared);
      writer.number(begun);
      writer.number(offset);
    }
  }

  read(reader: StateReader): void {
    for (let left = reader.int(); left > 0; left--)
      this.runs.set(readValue(reader), { begun: reader.numbers(), touched: reader.number() });
    for (let left = reader.int(); left > 0; left--)
      this.waiting.set(readValue(reader), { begun: reader.number(), offset: reader.number() });
  }

  /** Takes the observation for every step that it can be, the last first, so that it is one step of a run only. The beginning, when all are done. */
  private advance(shared: Value, time: number, values: readonly Value[]): number | undefined {
    const { conditions } = this;
    const known = this.runs.get(shared);
    const begun: Begun = known?.begun ?? new Float64Array(conditions.length).fill(Number.NEGATIVE_INFINITY);
    let moved = false;
    for (let step = conditions.length - 1; step >= 0; step--) {
      if (values[conditions[step]!] !== true) continue;
      const from = step === 0 ? time : begun[step - 1]!;
      if (time - from >= this.within || from <= begun[step]!) continue;
      begun[step] = from;
      moved = true;
    }
    if (!moved) return undefined;
    const whole = begun[conditions.length - 1]!;
    if (time - whole < this.within) return whole;
    this.runs.delete(shared);
    this.runs.set(shared, { begun, touched: time });
    return undefined;
  }

  /** What must not come did: whoever waits for it not to come waits no more, and what was begun is over. */
  private came(shared: Value, time: number): void {
    const waiting = this.waiting.get(shared);
    if (waiting && time - waiting.begun < this.within) this.waiting.delete(shared);
    this.runs.delete(shared);
  }

  /** Kept by beginning: a run that began before others may have been completed after them. */
  private wait(shared: Value, waiting: Waiting): void {
    const later = [...this.waiting].filter(([, { begun }]) => begun > waiting.begun);
    for (const [each] of later) this.waiting.delete(each);
    this.waiting.set(shared, waiting);
    for (const [each, known] of later) this.waiting.set(each, known);
  }

  /** What was not touched for so long can no longer become whole. */
  private dropOld(time: number): void {
    for (const [shared, { touched }] of this.runs) {
      if (time - touched < this.within) return;
      this.runs.delete(shared);
    }
  }

  private evidence(shared: Value, begun: number): Evidence {
    return { begun, ...(this.same < 0 ? {} : { same: shared }) };
  }
}

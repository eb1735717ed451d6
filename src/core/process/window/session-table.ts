import type { SessionWindow } from '../../pipeline/plan.js';
import type { AggregateState } from '../aggregate/state.js';
import type { StateReader } from '../snapshot/reader.js';
import type { StateWriter } from '../snapshot/writer.js';
import { TupleTable } from '../table/tuple-table.js';
import { type Slice, SliceShape } from './slice.js';
import type { WindowContext, WindowRow } from './type.js';

export interface Session {
  /** Its place in the states of the aggregates; -1 once it is no more. */
  group: number;
  /** Its tuple of keys. */
  key: number;
  /** Times of the first and the last event. */
  start: number;
  last: number;
  /** As what a row of it may stand in the store. */
  stored: 'no' | 'provisional' | 'final';
  /** Has changed since its last row, or had none. */
  waiting: boolean;
}

/** The times of some events of one group that belong together. */
type Stretch = Pick<Session, 'start' | 'last'>;

/** Below so many groups it is not worth while to let go of those that are no more. */
const leastGroups = 256;

/** Sessions by key, with their aggregates. States have no way to forget a group, so that they are copied once most groups are no more. */
export class SessionTable {
  live = 0;
  private readonly shape: SliceShape;
  private readonly window: SessionWindow;
  private keys: TupleTable;
  /** By key, ordered by start. */
  private byKey: Session[][] = [];
  private states: readonly AggregateState[];
  private used = 0;

  constructor(context: WindowContext<SessionWindow>) {
    this.window = context.window;
    this.shape = new SliceShape(context);
    this.keys = new TupleTable(this.shape.layout.width);
    this.states = this.shape.states();
  }

  get bytes(): number {
    return this.states.reduce((sum, state) => sum + state.bytes, this.keys.bytes);
  }

  /** The moment from which on no event can join: `gap` after the last one, or where sessions are cut. */
  endOf({ start, last }: Stretch): number {
    const { gap, maxDuration } = this.window;
    return Math.min(last + gap, (Math.floor(start / maxDuration) + 1) * maxDuration);
  }

  /**
   * Joins each group of the slice with the sessions that it touches. `joined` gets the session as it is now, and what it was made from: those
   * beyond the first are no more.
   */
  add(slice: Slice, joined: (session: Session, from: readonly Session[]) => void): void {
    if (this.used > leastGroups && this.live < this.used / 2) this.compact();
    const { words, width, size } = slice.table;
    const sources = Int32Array.from({ length: size }, (_, group) => group);
    const targets = new Int32Array(size);
    for (let group = 0; group < size; group++) {
      const key = this.keys.insert(words, group * width);
      const stretch = timesOf(slice.states, group);
      this.byKey[key] ??= [];
      const touched = this.byKey[key].filter((each) => this.touch(each, stretch));
      const before = touched.map((each) => ({ ...each }));
      const session = touched.length === 0 ? this.begin(key, stretch) : this.join(touched, stretch);
      targets[group] = session.group;
      joined(session, before);
    }
    this.merge(slice.states, sources, targets);
  }

  free(session: Session): void {
    const sessions = this.byKey[session.key]!;
    sessions.splice(sessions.indexOf(session), 1);
    session.group = -1;
    this.live--;
  }

  *all(): Generator<Session, void> {
    for (const sessions of this.byKey) yield* sessions;
  }

  keysOf({ key }: Pick<Session, 'key'>): WindowRow['keys'] {
    return this.shape.layout.keys(this.keys, key);
  }

  valuesOf({ group }: Session): WindowRow['values'] {
    return this.states.slice(0, -2).map((state) => state.result(group));
  }

  write(writer: StateWriter): void {
    this.compact();
    this.shape.layout.write(writer, this.keys);
    const sessions = [...this.all()];
    writer.array(Int32Array.from(sessions, ({ key }) => key));
    writer.array(Uint8Array.from(sessions, ({ stored }) => storedCodes.indexOf(stored)));
    writer.array(Uint8Array.from(sessions, ({ waiting }) => (waiting ? 1 : 0)));
    for (const state of this.states) state.write(writer, this.used);
  }

  /** Into a fresh table. */
  read(reader: StateReader): void {
    this.keys = this.shape.layout.read(reader);
    const keys = reader.ints();
    const stored = reader.octets();
    const waiting = reader.octets();
    this.used = this.live = keys.length;
    for (const state of this.states) {
      state.read(reader, this.used);
      state.ensure(this.used);
    }
    keys.forEach((key, group) => {
      const times = timesOf(this.states, group);
      this.byKey[key] ??= [];
      this.byKey[key].push({
        group,
        key,
        ...times,
        stored: storedCodes[stored[group]!]!,
        waiting: waiting[group] === 1,
      });
    });
  }

  private touch(one: Stretch, other: Stretch): boolean {
    const { gap, maxDuration } = this.window;
    if (one.start - other.last >= gap || other.start - one.last >= gap) return false;
    return Math.floor(one.start / maxDuration) === Math.floor(other.start / maxDuration);
  }

  private begin(key: number, stretch: Stretch): Session {
    const session: Session = { group: this.used++, key, ...stretch, stored: 'no', waiting: true };
    this.byKey[key]!.push(session);
    this.byKey[key]!.sort((a, b) => a.start - b.start);
    this.live++;
    return session;
  }

  /** The first of them swallows the others and the stretch. */
  private join([first, ...others]: readonly Session[], stretch: Stretch): Session {
    const session = first!;
    session.start = Math.min(session.start, stretch.start);
    session.last = Math.max(session.last, stretch.last, ...others.map(({ last }) => last));
    session.waiting = true;
    for (const other of others) {
      this.merge(this.states, Int32Array.of(other.group), Int32Array.of(session.group));
      this.free(other);
    }
    return session;
  }

  private merge(from: readonly AggregateState[], sources: Int32Array, targets: Int32Array): void {
    this.states.forEach((state, index) => {
      state.ensure(this.used);
      state.merge(from[index]!, sources, targets, sources.length);
    });
  }

  /** Only what is live, and in the order of `all`. */
  private compact(): void {
    const { keys, states } = this;
    const sessions = [...this.all()];
    const sources = Int32Array.from(sessions, ({ group }) => group);
    this.keys = new TupleTable(keys.width);
    this.byKey = [];
    this.states = this.shape.states();
    this.used = sessions.length;
    sessions.forEach((session, group) => {
      session.group = group;
      session.key = this.keys.insert(keys.words, session.key * keys.width);
      this.byKey[session.key] ??= [];
      this.byKey[session.key]!.push(session);
    });
    this.merge(
      states,
      sources,
      Int32Array.from(sessions, ({ group }) => group),
    );
  }
}

const storedCodes: readonly Session['stored'][] = ['no', 'provisional', 'final'];

/** What the last two aggregates say: the times of a group's first and last event. */
function timesOf(states: readonly AggregateState[], group: number): Stretch {
  const [start, last] = states.slice(-2).map((state) => Number(state.result(group)));
  return { start: start!, last: last! };
}

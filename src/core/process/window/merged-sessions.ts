import type { SessionWindow } from '../../pipeline/plan.js';
import type { StateReader } from '../snapshot/reader.js';
import type { StateWriter } from '../snapshot/writer.js';
import { Timers } from '../table/timers.js';
import { type Session, SessionTable } from './session-table.js';
import { Slice } from './slice.js';
import type { MergedWindows, WindowContext, WindowPartial, WindowRow } from './type.js';

/**
 * All workers' sessions of one window. A session's row is known by its start: when that moves, or another session swallows it, its row is deleted.
 * A session that goes on after it was emitted is open again, so that its row becomes provisional until the watermark passes its new end.
 */
export class MergedSessions implements MergedWindows {
  private readonly allowedLateness: number;
  private readonly table: SessionTable;
  private emitted = Number.NEGATIVE_INFINITY;
  /** Sessions that wait for a row, by their end; the end may have moved on since. */
  private readonly due = new Timers<Session>();
  /** Sessions that are emitted, by their end. */
  private readonly final = new Timers<Session>();
  /** Sessions that may stand in the store as final and are not any more. */
  private readonly reopened = new Set<Session>();
  /** Rows that are to be deleted. */
  private retracted: WindowRow[] = [];

  constructor(context: WindowContext<SessionWindow>) {
    this.allowedLateness = context.plan.allowedLateness;
    this.table = new SessionTable(context);
  }

  get groups(): number {
    return this.table.live;
  }

  get bytes(): number {
    return this.table.bytes;
  }

  add(partial: WindowPartial): void {
    if (!(partial instanceof Slice)) throw new TypeError('expected a slice');
    this.table.add(partial, (session, from) => {
      for (const each of from)
        if (each.stored !== 'no' && each.start !== session.start)
          this.retracted.push(deletion(each.start, this.table.endOf(each), this.table.keysOf(each)));
      if (from[0]?.start !== session.start) session.stored = 'no';
      if (!from[0]?.waiting) this.due.add(this.lastMoment(session), session);
      if (session.stored === 'final' && this.lastMoment(session) > this.emitted) this.reopened.add(session);
    });
  }

  advance(watermark: number): WindowRow[] {
    this.emitted = Math.max(this.emitted, watermark);
    const rows = this.retracted;
    this.retracted = [];
    for (const session of this.reopened)
      if (session.group >= 0 && session.stored === 'final' && this.lastMoment(session) > this.emitted)
        rows.push(this.provisional(session));
    this.reopened.clear();
    for (const session of this.sorted(this.passed(this.due, this.emitted))) {
      rows.push(this.row(session, false));
      session.stored = 'final';
      session.waiting = false;
      this.final.add(this.lastMoment(session), session);
    }
    for (const session of this.passed(this.final, this.emitted - this.allowedLateness))
      if (session.group >= 0 && !session.waiting) this.table.free(session);
    return rows;
  }

  finish(): WindowRow[] {
    // Their rows come with those of all that are open.
    this.reopened.clear();
    const rows = this.advance(this.emitted);
    const open = [...this.table.all()].filter((session) => this.lastMoment(session) > this.emitted);
    for (const session of this.sorted(open)) rows.push(this.provisional(session));
    return rows;
  }

  suspectStored(): void {
    for (const session of this.table.all()) session.stored = 'final';
  }

  write(writer: StateWriter): void {
    this.table.write(writer);
    writer.array(Uint8Array.from(this.table.all(), (session) => (this.reopened.has(session) ? 1 : 0)));
    writer.int(this.retracted.length);
    for (const { start, end, keys } of this.retracted) {
      writer.number(start);
      writer.number(end);
      writer.text(JSON.stringify(keys));
    }
  }

  read(reader: StateReader, watermark: number): void {
    this.emitted = watermark;
    this.table.read(reader);
    const reopened = reader.octets();
    let index = 0;
    for (const session of this.table.all()) {
      (session.waiting ? this.due : this.final).add(this.lastMoment(session), session);
      if (reopened[index++] === 1) this.reopened.add(session);
    }
    for (let left = reader.int(); left > 0; left--)
      this.retracted.push(deletion(reader.number(), reader.number(), JSON.parse(reader.text())));
  }

  /** Live sessions whose last moment is `until` or before; those that went on meanwhile are put back. */
  private passed(timers: Timers<Session>, until: number): Session[] {
    const passed: Session[] = [];
    for (const session of timers.take(until)) {
      if (session.group < 0) continue;
      if (this.lastMoment(session) > until) timers.add(this.lastMoment(session), session);
      else passed.push(session);
    }
    return passed;
  }

  private sorted(sessions: Session[]): Session[] {
    return sessions.sort((a, b) => this.table.endOf(a) - this.table.endOf(b) || a.start - b.start);
  }

  private provisional(session: Session): WindowRow {
    session.stored = 'provisional';
    return this.row(session, true);
  }

  private row(session: Session, provisional: boolean): WindowRow {
    return {
      size: 0,
      advance: 0,
      start: session.start,
      end: this.table.endOf(session),
      keys: this.table.keysOf(session),
      values: this.table.valuesOf(session),
      provisional,
    };
  }

  private lastMoment(session: Session): number {
    return this.table.endOf(session) - 1;
  }
}

function deletion(start: number, end: number, keys: WindowRow['keys']): WindowRow {
  return { size: 0, advance: 0, start, end, keys, values: [], provisional: false, deleted: true };
}

import type { Plan, PlanWindow } from '../../pipeline/plan.js';
import type { AggregateValue } from '../aggregate/state.js';
import type { Batch } from '../batch.js';
import type { Dictionary } from '../dictionary.js';
import type { ColumnExpressions } from '../expressions.js';
import type { StateReader } from '../snapshot/reader.js';
import type { StateWriter } from '../snapshot/writer.js';

/** One result. Identity: span (size, advance), start and keys; a later row of the same identity replaces an earlier one. */
export interface WindowRow {
  /** 0 for sessions, as is the advance: theirs is end - start. */
  size: number;
  advance: number;
  start: number;
  end: number;
  /** By the window's `by`: text, numbers as columns hold them (bools 0 and 1), null. */
  keys: (string | number | null)[];
  /** By the window's `aggregates`. */
  values: AggregateValue[];
  /** The window was still open at the end of the input. */
  provisional: boolean;
  /** The window is no more: another session has swallowed it, or an earlier event has moved its start. It has no values. */
  deleted?: boolean;
}

/** What one worker hands to the merger: partial results of one slice of event time. */
export interface WindowPartial {
  write(writer: StateWriter): void;
  readonly groups: number;
  readonly bytes: number;
}

/** First phase: what one worker gathers from its partitions. Partials that were taken are gone from here. */
export interface LocalWindows {
  /** Adds the rows rows[0 .. count - 1], all of them aggregated events whose windows are not freed. */
  add(batch: Batch, rows: Int32Array, count: number): void;
  /** Partials of which some window is due at this watermark. */
  takeDue(watermark: number): WindowPartial[];
  takeAll(): WindowPartial[];
  readonly groups: number;
  readonly bytes: number;
}

/**
 * Second phase: all workers' partials, until their windows are freed. `add` comes before the `advance` that makes its windows due, and never for
 * a window that an `advance` has freed.
 */
export interface MergedWindows {
  /** Takes the partial over: it may become part of the state. */
  add(partial: WindowPartial): void;
  /** Rows of emitted windows that changed since, then of the windows that became due, by end; then frees what is beyond lateness. */
  advance(watermark: number): WindowRow[];
  /**
   * The rows of one size that the next `advance`, to this watermark, will free: they can change no more. What it takes was added before. Absent where
   * detectors cannot look at the windows.
   */
  closing?(watermark: number, size: number): WindowRow[];
  /** Changed rows of emitted windows, then all rows of open ones as provisional. Nothing is dropped, nothing counts as emitted. */
  finish(): WindowRow[];
  /**
   * Rows of any window may have been stored by an engine that was killed before it could save that it had: from now on all of them count as
   * stored, so that none stays behind when its window moves.
   */
  suspectStored(): void;
  write(writer: StateWriter): void;
  /** Into fresh state, `watermark` being the one of the last `advance`. */
  read(reader: StateReader, watermark: number): void;
  readonly groups: number;
  readonly bytes: number;
}

/** What the parts of one window are made from. */
export interface WindowContext<Window extends PlanWindow = PlanWindow> {
  plan: Plan;
  window: Window;
  dictionary: Dictionary;
}

/** A kind of window: what another kind of slices or sessions must offer. */
export interface WindowType<Window extends PlanWindow = PlanWindow> {
  local(context: WindowContext<Window>, expressions: ColumnExpressions): LocalWindows;
  merged(context: WindowContext<Window>): MergedWindows;
  /** Reads a partial that another worker wrote; its strings are interned in this context's dictionary. */
  readPartial(context: WindowContext<Window>, reader: StateReader): WindowPartial;
  /** The earliest end that a window may have which an event at `time` changes: once windows that end there are freed, the event is late. */
  earliestEnd(window: Window, time: number): number;
}

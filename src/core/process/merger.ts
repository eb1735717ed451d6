import type { Plan, PlanWindow } from '../pipeline/plan.js';
import type { Alert } from './detect/kind.js';
import { allUnchanged, type SavedDetector } from './detect/saved.js';
import { WindowDetectors } from './detect/window-detectors.js';
import type { Dictionary } from './dictionary.js';
import { StateReader } from './snapshot/reader.js';
import { StateWriter } from './snapshot/writer.js';
import { windowTypeOf } from './window/registry.js';
import type { MergedWindows, WindowPartial, WindowRow } from './window/type.js';

/** Rows of one window of the plan that are to be stored. */
export interface WindowRows {
  window: PlanWindow;
  rows: WindowRow[];
}

/** Second phase: joins the partials of all workers and says what is to be stored. One per engine. */
export class Merger {
  private readonly plan: Plan;
  private merged: readonly MergedWindows[];
  private detectors: WindowDetectors;
  private alerts: Alert[] = [];

  constructor(plan: Plan, dictionary: Dictionary) {
    this.plan = plan;
    this.merged = mergedOf(plan, dictionary);
    this.detectors = new WindowDetectors(plan, dictionary);
  }

  get groups(): number {
    return this.merged.reduce((sum, merged) => sum + merged.groups, 0);
  }

  get bytes(): number {
    return this.merged.reduce((sum, merged) => sum + merged.bytes, 0);
  }

  /** Of detectors on rows of windows. */
  get detectorKeys(): number {
    return this.detectors.size;
  }

  get detectorBytes(): number {
    return this.detectors.bytes;
  }

  /** Partials by window of the plan, as a worker hands them over. */
  add(partials: readonly (readonly WindowPartial[])[]): void {
    for (const [index, some] of partials.entries()) for (const partial of some) this.merged[index]!.add(partial);
  }

  /** Changes of emitted windows, and the windows that are due at this watermark. */
  advance(watermark: number): WindowRows[] {
    this.detectors.see(this.merged, watermark, this.alerts);
    return this.rows((merged) => merged.advance(watermark));
  }

  /** What detectors on windows found since the last call. They are part of no snapshot: take them before one. */
  takeAlerts(): Alert[] {
    const { alerts } = this;
    this.alerts = [];
    return alerts;
  }

  /** Changes of emitted windows, and what open windows hold so far, as provisional rows. */
  finish(): WindowRows[] {
    return this.rows((merged) => merged.finish());
  }

  /** An engine that was killed may have stored more than this state knows of. */
  suspectStored(): void {
    for (const merged of this.merged) merged.suspectStored();
  }

  write(writer: StateWriter, watermark: number): void {
    for (const merged of this.merged) merged.write(writer);
    this.detectors.write(writer, watermark);
  }

  read(reader: StateReader, watermark: number, saved: readonly SavedDetector[]): void {
    for (const merged of this.merged) merged.read(reader, watermark);
    this.detectors.read(reader, saved);
  }

  /** The same state in terms of another dictionary, into which only strings that are still needed are interned. */
  moveTo(dictionary: Dictionary, watermark: number): void {
    const writer = new StateWriter();
    this.write(writer, watermark);
    this.merged = mergedOf(this.plan, dictionary);
    this.detectors = new WindowDetectors(this.plan, dictionary);
    this.read(new StateReader(writer.finish()), watermark, allUnchanged(this.plan));
  }

  private rows(of: (merged: MergedWindows) => WindowRow[]): WindowRows[] {
    return this.plan.windows
      .map((window, index) => ({ window, rows: of(this.merged[index]!) }))
      .filter(({ rows }) => rows.length > 0);
  }
}

function mergedOf(plan: Plan, dictionary: Dictionary): MergedWindows[] {
  return plan.windows.map((window) => windowTypeOf(window).merged({ plan, window, dictionary }));
}

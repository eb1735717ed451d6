import type { DetectorKindName, SettingsOf } from '../../pipeline/detect/registry.js';
import type { Severity } from '../../pipeline/detect/schema.js';
import type { StateReader } from '../snapshot/reader.js';
import type { StateWriter } from '../snapshot/writer.js';

/** A value as detectors see it and alerts show it: decimals as numbers in their unit, timestamps in ms. */
export type Value = string | number | boolean | null;

/** What a detector gives as its reason, under names that people understand. */
export type Evidence = Record<string, Value>;

/** One event or one row of a window, for one key. The object is used again for the next: copy what is kept. */
export interface Observation {
  /** Event time, or the window's end. Never less than that of the observation before. */
  time: number;
  /** In the event's partition; the window's end for rows. */
  offset: number;
  /** By the inputs of the kind's form. */
  values: readonly Value[];
}

/**
 * What a detector knows of one key. It is a function of the observations and wakes that it was given: it has no clock and draws nothing. Cooling
 * down and forgetting are not its business.
 */
export interface KeyDetector {
  /** Evidence is an alert at the observation's time. */
  observe(observation: Observation): Evidence | undefined;
  /** Event time in whole ms at which to be woken: after all observations up to then, before any later one. Infinity for never. */
  readonly due: number;
  /**
   * Called with `due`, until that is later. `offset` says which observation the alert belongs to: the one that set the timer.
   */
  wake?(time: number): { evidence: Evidence; offset: number } | undefined;
  /** An estimate of what it takes. */
  readonly bytes: number;
  write(writer: StateWriter): void;
  /** Into a fresh one. */
  read(reader: StateReader): void;
}

/** A kind of detector. Its settings and inputs are those of the form of the same name in pipeline/detect/. */
export interface DetectorKind<Settings = unknown> {
  create(settings: Settings): KeyDetector;
}

/** The kinds by name, each with its own settings. */
export type DetectorKinds = { [Kind in DetectorKindName]: DetectorKind<SettingsOf<Kind>> };

/** What a detector found. There is at most one of an id. */
export interface Alert {
  /**
   * `<detector>/<partition>-<offset>` of the event that it belongs to, `<detector>/<window end>/<keys as JSON>` of the row; followed by `@<time>`
   * when it came at a later time than that, by a timer.
   */
  id: string;
  detector: string;
  kind: DetectorKindName;
  severity: Severity;
  /** By the names of the fields that the detector goes by. */
  keys: Record<string, Value>;
  /** Event time, the window's end, or the time of the timer. */
  time: number;
  /** Of the event; 0 and -1 for rows of windows. */
  partition: number;
  offset: number;
  evidence: Evidence;
}

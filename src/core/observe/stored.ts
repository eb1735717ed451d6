import type { LetterList } from '../run/letters/list.js';

/** What can be looked at of what is stored, one at a time. */
export const storedKinds = ['windows', 'alerts', 'letters'] as const;
export type StoredKind = (typeof storedKinds)[number];

/** What was read last of each pipeline, of one kind; `problems` are why some could not be. */
export interface Stored {
  windows: readonly WindowRows[];
  alerts: readonly AlertRow[];
  letters: readonly LetterList[];
  problems: readonly string[];
}

export const nothingStored: Stored = { windows: [], alerts: [], letters: [], problems: [] };

/** The newest rows of one window, values as they are shown, by column. */
export interface WindowRows {
  pipeline: string;
  window: string;
  /** Undefined for sessions. */
  size: string | undefined;
  by: readonly string[];
  rows: readonly Readonly<Record<string, string>>[];
}

export interface AlertRow {
  pipeline: string;
  id: string;
  time: string;
  detector: string;
  severity: string;
  keys: string;
  evidence: string;
}

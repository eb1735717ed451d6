import type { Column } from '../columns.js';

/** What a pane lists. */
export interface Listed {
  /** The last takes the room that is left. */
  columns: readonly Column[];
  rows: readonly ListedRow[];
  /** Above the list, one line each. */
  notes: readonly string[];
  /** Where there are no rows. */
  none: string;
}

export interface ListedRow {
  /** The same for the same thing at each look. */
  id: string;
  cells: readonly string[];
  /** What Enter shows: name and value. */
  detail: readonly (readonly [string, string])[];
  /** Something is wrong with it; its cells say so in words. */
  bad?: boolean;
}

/** Rows of which some cell has the text, in capitals or not. */
export function filtered({ rows }: Listed, text: string): readonly ListedRow[] {
  const wanted = text.toLowerCase();
  return wanted === '' ? rows : rows.filter(({ cells }) => cells.some((cell) => cell.toLowerCase().includes(wanted)));
}

/** Where a list of `count` rows begins that shows `height` of them, so that the selected one is among them. */
export function scrolled(selected: number, count: number, height: number): number {
  return Math.max(0, Math.min(selected - Math.floor(height / 2), count - height));
}

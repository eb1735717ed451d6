import type { ListedRow } from './listed.js';
import { type Pane, panes } from './panes.js';

export interface TopState {
  pane: Pane;
  help: boolean;
  /** Index among the rows that the filter leaves. */
  selected: number;
  /** The row that is shown alone. */
  detail: ListedRow | undefined;
  /** How many of its lines are above what is seen. */
  above: number;
  filter: string;
  /** Whether keys go into the filter. */
  typing: boolean;
}

export const atFirst: TopState = {
  pane: 'overview',
  help: false,
  selected: 0,
  detail: undefined,
  above: 0,
  filter: '',
  typing: false,
};

/** What Ink tells of a key, as far as it counts here. */
export type Key = Partial<
  Record<
    | 'tab'
    | 'shift'
    | 'leftArrow'
    | 'rightArrow'
    | 'upArrow'
    | 'downArrow'
    | 'pageUp'
    | 'pageDown'
    | 'return'
    | 'escape'
    | 'backspace'
    | 'delete'
    | 'ctrl'
    | 'meta',
    boolean
  >
>;

/** The state after a key; `rows` are those that the filter leaves, `page` how many are seen at once. */
export function onKey(
  state: TopState,
  input: string,
  key: Key,
  rows: readonly ListedRow[],
  page: number,
): TopState | 'leave' {
  if (state.typing) return onFilterKey(state, input, key);
  if (input === 'q') return 'leave';
  if (input === '?') return { ...state, help: !state.help };
  if (key.escape) return back(state);
  if (input === '/') return { ...state, typing: true, help: false, detail: undefined };
  const step = paneStep(key);
  const numbered = panes[Number(input) - 1];
  if (numbered) return paneOf(state, numbered);
  if (step !== 0) return paneOf(state, panes[(panes.indexOf(state.pane) + step + panes.length) % panes.length]!);
  if (key.return) return { ...state, help: false, above: 0, detail: rows[Math.min(state.selected, rows.length - 1)] };
  const moved = rowStep(key, page);
  if (state.detail)
    return { ...state, above: Math.max(0, Math.min(state.above + moved, state.detail.detail.length - 1)) };
  return moved === 0 ? state : { ...state, selected: Math.max(0, Math.min(state.selected + moved, rows.length - 1)) };
}

function onFilterKey(state: TopState, input: string, key: Key): TopState {
  if (key.escape) return { ...state, typing: false, filter: '', selected: 0 };
  if (key.return) return { ...state, typing: false };
  if (key.backspace || key.delete) return { ...state, filter: state.filter.slice(0, -1), selected: 0 };
  const printable = !key.ctrl && !key.meta && !key.tab && /^[^\p{Cc}]+$/u.test(input);
  return printable ? { ...state, filter: state.filter + input, selected: 0 } : state;
}

/** Esc undoes the last that was opened. */
function back(state: TopState): TopState {
  if (state.help) return { ...state, help: false };
  if (state.detail) return { ...state, detail: undefined };
  return { ...state, filter: '', selected: 0 };
}

function paneOf(state: TopState, pane: Pane): TopState {
  return { ...state, pane, help: false, detail: undefined, selected: 0, filter: '' };
}

function paneStep({ tab, shift, leftArrow, rightArrow }: Key): number {
  if (tab) return shift ? -1 : 1;
  return (rightArrow ? 1 : 0) - (leftArrow ? 1 : 0);
}

function rowStep({ upArrow, downArrow, pageUp, pageDown }: Key, page: number): number {
  return (downArrow ? 1 : 0) - (upArrow ? 1 : 0) + (pageDown ? page : 0) - (pageUp ? page : 0);
}

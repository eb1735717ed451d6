import { expect, it } from 'vitest';
import { atFirst, type Key, onKey, type TopState } from '../../../src/core/tui/top/keys.js';
import { scrolled } from '../../../src/core/tui/top/listed.js';
import { panes } from '../../../src/core/tui/top/panes.js';
import { sparkline } from '../../../src/core/tui/top/sparkline.js';

const rows = ['a', 'b', 'c'].map((id) => ({ id, cells: [id], detail: [] }));

/** A text is typed letter by letter; a key is a name of Ink's. */
function after(...pressed: (string | Key)[]): TopState | 'leave' {
  let state: TopState | 'leave' = atFirst;
  for (const each of pressed) {
    if (state === 'leave') throw new Error('has left');
    state = typeof each === 'string' ? onKey(state, each, {}, rows, 10) : onKey(state, '', each, rows, 10);
  }
  return state;
}

it('Tab, arrows and digits go from pane to pane, around', () => {
  expect(after({ tab: true })).toMatchObject({ pane: panes[1] });
  expect(after({ tab: true, shift: true })).toMatchObject({ pane: panes.at(-1) });
  expect(after({ rightArrow: true }, { rightArrow: true }, { leftArrow: true })).toMatchObject({ pane: panes[1] });
  expect(after('4')).toMatchObject({ pane: panes[3] });
  expect(after('9')).toEqual(atFirst);
});

it('the selection stays among the rows, and begins anew in another pane', () => {
  expect(after({ upArrow: true })).toMatchObject({ selected: 0 });
  expect(after({ downArrow: true }, { downArrow: true }, { downArrow: true })).toMatchObject({ selected: 2 });
  expect(after({ pageDown: true })).toMatchObject({ selected: 2 });
  expect(after({ downArrow: true }, '2')).toMatchObject({ selected: 0 });
});

it('Enter opens the selected row, Esc undoes the last that was opened', () => {
  expect(after({ downArrow: true }, { return: true })).toMatchObject({ detail: rows[1] });
  expect(after({ return: true }, '?', { escape: true })).toMatchObject({ detail: rows[0], help: false });
  expect(after({ return: true }, '?', { escape: true }, { escape: true })).toMatchObject({ detail: undefined });
});

it('what is typed after / is the filter, also q and digits', () => {
  expect(after('/', 'q', '1', '?', { backspace: true })).toMatchObject({ filter: 'q1', typing: true, pane: panes[0] });
  expect(after('/', 'x', { return: true })).toMatchObject({ filter: 'x', typing: false });
  expect(after('/', 'x', { return: true }, { escape: true })).toMatchObject({ filter: '' });
  expect(after('/', 'x', { escape: true })).toMatchObject({ filter: '', typing: false });
});

it('q leaves', () => {
  expect(after('q')).toBe('leave');
});

it('a list scrolls no further than it must', () => {
  expect([0, 5, 10, 19].map((selected) => scrolled(selected, 20, 8))).toEqual([0, 1, 6, 12]);
  expect(scrolled(0, 0, 8)).toBe(0);
});

it('bars rise from 0 to the highest, with gaps where nothing is known', () => {
  expect(sparkline([0, 50, null, 100], 6)).toBe('  ▁▅ █');
  expect(sparkline([0, 0], 2)).toBe('▁▁');
  expect(sparkline([1, 2, 3], 2)).toBe('▆█');
});

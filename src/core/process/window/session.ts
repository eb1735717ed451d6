import type { PlanAggregate, SessionWindow } from '../../pipeline/plan.js';
import { LocalSlices, type Slicing } from './local-slices.js';
import { MergedSessions } from './merged-sessions.js';
import { SliceShape } from './slice.js';
import type { WindowContext, WindowType } from './type.js';

/**
 * Sessions: events of one group of which each is less than `gap` after the one before. Workers gather slices no wider than the gap, in which all
 * events of a group belong together, with the first and the last time of each group; the merger joins them.
 */
export const session: WindowType<SessionWindow> = {
  local: (context, expressions) => new LocalSlices(withTimes(context), slicingOf(context.window), expressions),
  merged: (context) => new MergedSessions(withTimes(context)),
  readPartial: (context, reader) => new SliceShape(withTimes(context)).read(reader),
  // An event can belong to any session that ends after it, so to one that ends right after it: what ended before is a gap away.
  earliestEnd: (_window, time) => time + 1,
};

/** Wide enough that several events of a group meet in a slice, small enough that few slices reach behind the watermark. */
const widestSlice = 1_000;

/** No slice is wider than the gap, and none lies across a multiple of maxDuration, where sessions are cut. */
function slicingOf({ gap, maxDuration }: SessionWindow): Slicing {
  let width = Math.min(gap, widestSlice);
  while (maxDuration % width !== 0) width--;
  return { width, endOf: (start) => start + 1 };
}

/** The window with two aggregates more, which `timesOf` reads: the times of the first and the last event. */
function withTimes(context: WindowContext<SessionWindow>): WindowContext<SessionWindow> {
  const { plan, window } = context;
  const { name, type, scale } = plan.fields[plan.time]!;
  const argument = { kind: 'field' as const, column: plan.time, name, type, scale };
  const bound = (called: 'min' | 'max'): PlanAggregate => ({ name: called, function: called, argument, type, scale });
  return { ...context, window: { ...window, aggregates: [...window.aggregates, bound('min'), bound('max')] } };
}

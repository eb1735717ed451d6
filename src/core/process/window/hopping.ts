import type { SlicedWindow } from '../../pipeline/plan.js';
import { LocalSlices } from './local-slices.js';
import { MergedSlices } from './merged-slices.js';
import { SliceShape } from './slice.js';
import { earliestEnd } from './spans.js';
import type { WindowType } from './type.js';

/** Hopping windows, and tumbling ones, which hop by their size: any number of spans over shared slices. */
export const hopping: WindowType<SlicedWindow> = {
  local: (context, expressions) => {
    const { slice, spans } = context.window;
    return new LocalSlices(context, { width: slice, endOf: (start) => earliestEnd(spans, start) }, expressions);
  },
  merged: (context) => new MergedSlices(context),
  readPartial: (context, reader) => new SliceShape(context).read(reader),
  earliestEnd: (window, time) => earliestEnd(window.spans, time),
};

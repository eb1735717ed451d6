import type { PlanWindow } from '../../pipeline/plan.js';
import { hopping } from './hopping.js';
import type { WindowType } from './type.js';

/** Every kind of window. A new one is a file and a line here. */
export const windowTypes = { hopping } as const satisfies Record<string, WindowType>;

/** The kind of a window of the plan. */
export function windowTypeOf(_window: PlanWindow): WindowType {
  return windowTypes.hopping;
}

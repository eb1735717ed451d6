import type { PlanWindow } from '../../pipeline/plan.js';
import { hopping } from './hopping.js';
import { session } from './session.js';
import type { WindowType } from './type.js';

type Kind = PlanWindow['kind'];

/** Every kind of window. A new one is a file and a line here. */
export const windowTypes = { sliced: hopping, session } as const satisfies {
  [kind in Kind]: WindowType<Extract<PlanWindow, { kind: kind }>>;
};

/** The kind of a window of the plan. */
export function windowTypeOf({ kind }: PlanWindow): WindowType {
  return windowTypes[kind];
}

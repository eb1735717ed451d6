import type { Plan } from '../pipeline/plan.js';
import type { Dictionary } from './dictionary.js';
import { StateReader } from './snapshot/reader.js';
import { StateWriter } from './snapshot/writer.js';
import { windowTypeOf } from './window/registry.js';
import type { WindowPartial } from './window/type.js';

/** Partials by window of the plan, as bytes that another thread can take: strings travel as text, no id leaves its worker. */
export function writePartials(partials: readonly (readonly WindowPartial[])[]): Uint8Array {
  const writer = new StateWriter();
  for (const some of partials) {
    writer.int(some.length);
    for (const partial of some) partial.write(writer);
  }
  return writer.finish();
}

/** What `writePartials` wrote, its strings interned in the merger's dictionary. */
export function readPartials(plan: Plan, dictionary: Dictionary, bytes: Uint8Array): WindowPartial[][] {
  const reader = new StateReader(bytes);
  return plan.windows.map((window) => {
    const type = windowTypeOf(window);
    return Array.from({ length: reader.int() }, () => type.readPartial({ plan, window, dictionary }, reader));
  });
}

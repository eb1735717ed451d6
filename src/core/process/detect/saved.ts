import type { Plan } from '../../pipeline/plan.js';
import { StateReader } from '../snapshot/reader.js';
import { StateWriter } from '../snapshot/writer.js';
import type { DetectorState } from './state.js';

/** A detector of the plan that a snapshot was made with; its state holds for this plan's detector of that name only where nothing changed. */
export interface SavedDetector {
  name: string;
  unchanged: boolean;
}

/** For state that never left this plan. */
export function allUnchanged({ detect }: Plan): SavedDetector[] {
  return detect.map(({ name }) => ({ name, unchanged: true }));
}

/** By detector of the plan; undefined where it is not of this kind. */
export type DetectorStates = readonly (DetectorState | undefined)[];

const none = new Uint8Array(0);

/** Each state is a block of its own, which can be passed over without knowing what is in it. */
export function writeStates(writer: StateWriter, states: DetectorStates, frontier: number): void {
  for (const state of states) {
    const own = new StateWriter();
    state?.write(own, frontier);
    writer.array(state ? own.finish() : none);
  }
}

/** Into the fresh states of detectors that did not change. */
export function readStates(
  reader: StateReader,
  saved: readonly SavedDetector[],
  stateOf: (name: string) => DetectorState | undefined,
): void {
  for (const { name, unchanged } of saved) {
    const bytes = reader.octets();
    const state = unchanged ? stateOf(name) : undefined;
    if (!state) continue;
    const own = new StateReader(bytes);
    state.read(own);
    if (!own.ended) throw new RangeError(`detector ${name}: bytes are left over`);
  }
}

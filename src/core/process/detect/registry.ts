import type { DetectorKinds } from './kind.js';
import { threshold } from './kinds/threshold.js';
import { velocity } from './kinds/velocity.js';

/** Every kind of detector. A new one is a file and a line here, and the same in pipeline/detect/. */
export const detectorKinds = { threshold, velocity } as const satisfies DetectorKinds;

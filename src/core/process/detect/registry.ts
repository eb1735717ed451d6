import type { DetectorKinds } from './kind.js';
import { burst } from './kinds/burst.js';
import { drift } from './kinds/drift.js';
import { flatLine } from './kinds/flat-line.js';
import { level } from './kinds/level.js';
import { sequence } from './kinds/sequence.js';
import { threshold } from './kinds/threshold.js';
import { travel } from './kinds/travel.js';
import { velocity } from './kinds/velocity.js';
import { zscore } from './kinds/zscore.js';

/** Every kind of detector. A new one is a file and a line here, and the same in pipeline/detect/. */
export const detectorKinds = {
  threshold,
  velocity,
  zscore,
  flat_line: flatLine,
  drift,
  travel,
  burst,
  level,
  sequence,
} as const satisfies DetectorKinds;

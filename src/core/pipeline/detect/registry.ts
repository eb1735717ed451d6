import type { z } from 'zod';
import type { KindForm } from './form.js';
import { burst } from './kinds/burst.js';
import { drift } from './kinds/drift.js';
import { flatLine } from './kinds/flat-line.js';
import { level } from './kinds/level.js';
import { sequence } from './kinds/sequence.js';
import { threshold } from './kinds/threshold.js';
import { travel } from './kinds/travel.js';
import { velocity } from './kinds/velocity.js';
import { zscore } from './kinds/zscore.js';

/** How every kind of detector is written. A new one is a file and a line here, and the same in process/detect/. */
export const kindForms = {
  threshold,
  velocity,
  zscore,
  flat_line: flatLine,
  drift,
  travel,
  burst,
  level,
  sequence,
} as const satisfies Record<string, KindForm>;

export type DetectorKindName = keyof typeof kindForms;

/** The settings of a kind after the loader: defaults filled in, durations in milliseconds. */
export type SettingsOf<Kind extends DetectorKindName> = z.output<z.ZodObject<(typeof kindForms)[Kind]['settings']>>;

export const detectorKindNames = Object.keys(kindForms) as DetectorKindName[];

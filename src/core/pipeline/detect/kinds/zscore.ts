import { z } from 'zod';
import { kindForm } from '../form.js';

export const zscore = kindForm({
  settings: {
    value: z.string(),
    /** Deviations from what is expected. */
    threshold: z.number().positive().default(6),
    side: z.enum(['both', 'high', 'low']).default('both'),
    /** Of logarithms: for amounts, of which ten times as much is as odd as a tenth. Values of 0 and less are then passed over. */
    scale: z.enum(['linear', 'log']).default('linear'),
    /** Observations over which what is expected forgets: the smoothing factor is 2 / (memory + 1). */
    memory: z.int().min(2, 'expected at least 2').max(1_000_000).default(100),
    /** The first so many of a key raise nothing. */
    warm_up: z.int().min(5, 'expected at least 5').max(1_000, 'expected at most 1000').default(30),
    /** The deviation is taken for at least this: what hardly varies is not odd because of a trifle. */
    least: z.number().min(0).default(0),
  },
  inputs: ({ value }) => [{ path: ['value'], text: value, takes: 'number' }],
});

import { z } from 'zod';
import { kindForm } from '../form.js';

const share = z.number().gt(0, 'expected a share above 0').lt(1, 'expected a share below 1');

export const burst = kindForm({
  settings: {
    /** Which observations are bad ones; null is neither bad nor good. */
    bad: z.string(),
    /** The share of bad ones that is usual, and one that is not. */
    normal: share,
    raised: share,
    /** Logarithm of the odds at which it is told: while all is usual, at most one alert in e^threshold observations. */
    threshold: z.number().positive().default(12),
  },
  inputs: ({ bad }) => [{ path: ['bad'], text: bad, takes: 'condition' }],
  problems: ({ normal, raised }) =>
    normal < raised ? [] : [{ path: ['raised'], message: `expected more than normal, ${normal}, got ${raised}` }],
});

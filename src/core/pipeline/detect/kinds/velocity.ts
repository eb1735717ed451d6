import { z } from 'zod';
import { formatDuration } from '../../../runtime/units.js';
import { duration } from '../../values.js';
import { kindForm } from '../form.js';

export const velocity = kindForm({
  settings: {
    at_least: z.int().min(2, 'expected at least 2'),
    within: duration,
    /** Counts different values instead of events. */
    distinct: z.string().optional(),
  },
  inputs: ({ distinct }) => (distinct === undefined ? [] : [{ path: ['distinct'], text: distinct, takes: 'value' }]),
  problems: ({ within }, { forget }) => {
    if (within > 0 && within <= forget) return [];
    const got = formatDuration(within);
    return [
      { path: ['within'], message: `expected more than 0 and at most forget, ${formatDuration(forget)}, got ${got}` },
    ];
  },
});

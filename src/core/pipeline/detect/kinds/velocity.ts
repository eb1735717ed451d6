import { z } from 'zod';
import { duration } from '../../values.js';
import { kindForm } from '../form.js';
import { withinForget } from '../within-forget.js';

export const velocity = kindForm({
  settings: {
    at_least: z.int().min(2, 'expected at least 2'),
    within: duration,
    /** Counts different values instead of events. */
    distinct: z.string().optional(),
  },
  inputs: ({ distinct }) => (distinct === undefined ? [] : [{ path: ['distinct'], text: distinct, takes: 'value' }]),
  problems: withinForget,
});

import { z } from 'zod';
import { duration } from '../../values.js';
import { kindForm } from '../form.js';
import { withinForget } from '../within-forget.js';

export const travel = kindForm({
  settings: {
    /** Where the key is: anything that can be told from another. */
    place: z.string(),
    /** Nobody gets from one place to another sooner than this. */
    within: duration,
  },
  inputs: ({ place }) => [{ path: ['place'], text: place, takes: 'value' }],
  problems: withinForget,
});

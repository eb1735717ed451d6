import { z } from 'zod';
import { duration } from '../../values.js';
import { kindForm } from '../form.js';

export const flatLine = kindForm({
  settings: {
    value: z.string(),
    /** Equal values in a row. */
    at_least: z.int().min(2, 'expected at least 2'),
    /** From the first of them to the last. */
    lasting: duration.default(0),
  },
  inputs: ({ value }) => [{ path: ['value'], text: value, takes: 'value' }],
});

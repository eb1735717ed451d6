import { z } from 'zod';
import { kindForm } from '../form.js';

export const threshold = kindForm({
  settings: {
    condition: z.string(),
    /** Shown in the evidence. */
    value: z.string().optional(),
  },
  inputs: ({ condition, value }) => [
    { path: ['condition'], text: condition, takes: 'condition' },
    ...(value === undefined ? [] : [{ path: ['value'], text: value, takes: 'value' as const }]),
  ],
});

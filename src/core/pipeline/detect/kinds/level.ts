import { z } from 'zod';
import { kindForm } from '../form.js';

export const level = kindForm({
  settings: {
    /** What there is at first, and again after each alert: an order refills. */
    start: z.string(),
    /** What an observation adds to it; negative for what it takes. */
    change: z.string(),
    /** At this, or less, it is told. */
    below: z.string(),
  },
  inputs: ({ start, change, below }) => [
    { path: ['start'], text: start, takes: 'number' },
    { path: ['change'], text: change, takes: 'number' },
    { path: ['below'], text: below, takes: 'number' },
  ],
});

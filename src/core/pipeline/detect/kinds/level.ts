import { z } from 'zod';
import { kindForm } from '../form.js';

export const level = kindForm({
  settings: {
    /** What there is at first, and again after each alert: an order refills. */
    start: z.string(),
    /** What an observation adds to it, and what it takes. At least one. */
    adds: z.string().optional(),
    takes: z.string().optional(),
    /** At this, or less, it is told. */
    below: z.string(),
  },
  inputs: ({ start, below, adds, takes }) => [
    { path: ['start'], text: start, takes: 'number' },
    { path: ['below'], text: below, takes: 'number' },
    ...(adds === undefined ? [] : [{ path: ['adds'], text: adds, takes: 'number' as const }]),
    ...(takes === undefined ? [] : [{ path: ['takes'], text: takes, takes: 'number' as const }]),
  ],
  problems: ({ adds, takes }) =>
    adds === undefined && takes === undefined
      ? [{ path: [], message: 'expected adds, takes or both: what moves the level' }]
      : [],
});

import { z } from 'zod';
import { duration } from '../../values.js';
import { kindForm } from '../form.js';

export const drift = kindForm({
  settings: {
    value: z.string(),
    /** Expressions: below and above them something has to be done. At least one. */
    low: z.string().optional(),
    high: z.string().optional(),
    /** An alert when the forecast passes a limit sooner than this. */
    within: duration,
    /** Trend per observation, in units of the forecast's usual error, from which on it is believed. */
    threshold: z.number().positive().default(0.5),
    /** For so many observations in a row. */
    at_least: z.int().min(1).default(5),
    /** Observations over which level and trend forget. */
    memory: z.int().min(2, 'expected at least 2').max(1_000_000).default(20),
    warm_up: z.int().min(5, 'expected at least 5').max(1_000, 'expected at most 1000').default(30),
  },
  inputs: ({ value, low, high }) => [
    { path: ['value'], text: value, takes: 'number' },
    ...(low === undefined ? [] : [{ path: ['low'], text: low, takes: 'number' as const }]),
    ...(high === undefined ? [] : [{ path: ['high'], text: high, takes: 'number' as const }]),
  ],
  problems: ({ low, high }) =>
    low === undefined && high === undefined
      ? [{ path: [], message: 'expected low, high or both: the limits that the value must not pass' }]
      : [],
});

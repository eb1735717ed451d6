import { Ordered } from './ordered.js';
import type { AggregateType } from './state.js';

export const first: AggregateType = { create: (aggregate, dictionary) => new Ordered(-1, aggregate, dictionary) };

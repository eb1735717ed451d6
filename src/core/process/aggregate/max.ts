import { Extremes } from './extremes.js';
import type { AggregateType } from './state.js';

export const max: AggregateType = { create: () => new Extremes(1) };

import type { Plan } from '../../pipeline/plan.js';
import type { NamedQuery } from '../named-query.js';

/** Makes queries that every pipeline has from its plan. */
export type Derivation = (plan: Plan) => NamedQuery[];

import type { Domain } from '../generate/generator.js';
import type { Plan } from '../pipeline/plan.js';
import { ecommerce } from './ecommerce.js';
import { finance } from './finance.js';
import { iot } from './iot.js';
import { ownDomain } from './own.js';
import { saas } from './saas.js';

/** The shipped pipelines, by the name that --domain takes. */
export const domains = {
  ecommerce,
  iot,
  saas,
  finance,
} as const satisfies Record<string, Domain>;

export type DomainName = keyof typeof domains;

export const domainNames = Object.keys(domains) as DomainName[];

export function isDomainName(name: string): name is DomainName {
  return Object.hasOwn(domains, name);
}

/**
 * Who makes a plan's events: a shipped domain for the pipeline of its name, changed copies of its file included as long as they have its
 * fields and its metadata; for any other file its own hints.
 */
export function domainFor(plan: Plan): Domain {
  return isDomainName(plan.name) && !plan.metadata ? domains[plan.name] : ownDomain(plan);
}

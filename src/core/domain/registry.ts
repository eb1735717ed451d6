import type { Domain } from '../generate/generator.js';
import { ecommerce } from './ecommerce.js';
import { iot } from './iot.js';

/** The shipped pipelines, by the name that --domain takes. */
export const domains = {
  ecommerce,
  iot,
} as const satisfies Record<string, Domain>;

export type DomainName = keyof typeof domains;

export const domainNames = Object.keys(domains) as DomainName[];

export function isDomainName(name: string): name is DomainName {
  return Object.hasOwn(domains, name);
}

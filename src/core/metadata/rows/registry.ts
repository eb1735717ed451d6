import type { DomainName } from '../../domain/registry.js';
import { ecommerceRows } from './ecommerce.js';
import { financeRows } from './finance.js';
import { iotRows } from './iot.js';
import { saasRows } from './saas.js';
import type { DomainRows } from './table.js';

/** What each shipped pipeline is seeded with. */
export const domainRows = {
  ecommerce: ecommerceRows,
  iot: iotRows,
  saas: saasRows,
  finance: financeRows,
} as const satisfies Record<DomainName, DomainRows>;

export type SeededDomain = keyof typeof domainRows;

export const seededDomains = Object.keys(domainRows) as SeededDomain[];

export function isSeededDomain(name: string): name is SeededDomain {
  return Object.hasOwn(domainRows, name);
}

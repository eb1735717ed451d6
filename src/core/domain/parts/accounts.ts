import type { Metadata } from '../../generate/generator.js';
import { centsIn, groupRows, numberIn, rowsByKey, rowsOf } from './rows.js';

export interface Account {
  id: string;
  /** Index into the tariff's plans. */
  plan: number;
  seats: number;
  /** The owner first. */
  users: string[];
  active: boolean;
  burstLeft: number;
  burstCode: string;
  burstIncident: number;
}

/** The plans, cheapest first. */
export class Tariff {
  readonly plans: readonly string[];
  private readonly cents: readonly number[];

  constructor(metadata: Metadata) {
    const rows = [...rowsOf(metadata, 'saas', 'plans')];
    rows.sort((a, b) => centsIn(a, 'monthly_price') - centsIn(b, 'monthly_price'));
    this.plans = rows.map((row) => String(row.plan_id));
    this.cents = rows.map((row) => centsIn(row, 'monthly_price'));
  }

  /** Of an account in a month, in cents; 0 once it has left. */
  revenue(account: Account): number {
    return account.active ? this.cents[account.plan]! * account.seats : 0;
  }
}

/** The accounts of these keys, in their order. */
export function readAccounts(metadata: Metadata, keys: readonly string[], tariff: Tariff): Account[] {
  const rows = rowsByKey(rowsOf(metadata, 'saas', 'accounts'), 'account_id');
  const users = rowsOf(metadata, 'saas', 'users');
  const groups = groupRows(users, 'account_id');
  return keys.map((id) => {
    const members = (groups.get(id) ?? []).map((index) => String(users[index]!.user_id));
    return {
      id,
      plan: Math.max(0, tariff.plans.indexOf(String(rows.get(id)?.plan))),
      seats: numberIn(rows.get(id), 'seats', 1),
      users: members.length > 0 ? members : [`${id}_owner`],
      active: true,
      burstLeft: 0,
      burstCode: '',
      burstIncident: 0,
    };
  });
}

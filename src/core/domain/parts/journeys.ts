import type { Random } from '../../generate/random.js';

export const errorCodes = ['timeout', 'rate_limited', 'permission_denied', 'invalid_input', 'server_error'] as const;

interface Feature {
  name: string;
  /** Mean time that one use takes, in ms. */
  ms: number;
  /** The lowest plan that has it, as an index from the cheapest. */
  plan: number;
  /** What people like to do next. */
  next: readonly string[];
}

const features: readonly Feature[] = [
  { name: 'dashboard', ms: 400, plan: 0, next: ['reports', 'search', 'team'] },
  { name: 'search', ms: 250, plan: 0, next: ['documents', 'reports'] },
  { name: 'documents', ms: 900, plan: 0, next: ['documents', 'share', 'search'] },
  { name: 'share', ms: 500, plan: 0, next: ['documents', 'dashboard'] },
  { name: 'settings', ms: 300, plan: 0, next: ['team', 'billing'] },
  { name: 'billing', ms: 600, plan: 0, next: ['settings'] },
  { name: 'team', ms: 350, plan: 1, next: ['settings', 'dashboard'] },
  { name: 'reports', ms: 1_800, plan: 1, next: ['export', 'reports', 'dashboard'] },
  { name: 'export', ms: 3_500, plan: 1, next: ['reports'] },
  { name: 'integrations', ms: 1_200, plan: 2, next: ['automations', 'settings'] },
  { name: 'automations', ms: 1_500, plan: 2, next: ['automations', 'integrations'] },
  { name: 'audit_log', ms: 800, plan: 3, next: ['team', 'settings'] },
];

const byName = new Map(features.map((feature) => [feature.name, feature]));
const mostPlan = Math.max(...features.map(({ plan }) => plan));
const ofPlan = Array.from({ length: mostPlan + 1 }, (_, plan) =>
  features.filter((feature) => feature.plan <= plan).map(({ name }) => name),
);

/** Where a journey goes on: it begins at the dashboard, mostly follows habit, and never reaches what the plan does not have. */
export function nextFeature(current: string, plan: number, random: Random): string {
  const feature = byName.get(current);
  if (!feature) return random.chance(0.7) ? 'dashboard' : random.pick(ofPlan[Math.min(plan, mostPlan)]!);
  const habit = random.chance(0.75) ? random.pick(feature.next) : undefined;
  if (habit && byName.get(habit)!.plan <= plan) return habit;
  return random.pick(ofPlan[Math.min(plan, mostPlan)]!);
}

/** Mean time of one use. */
export function usageMs(feature: string): number {
  return byName.get(feature)!.ms;
}

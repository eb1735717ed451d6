import type { Plan, PlanWindow } from '../pipeline/plan.js';

/** The MergeTree table of the events that entered the aggregates, one row per Kafka record. */
export function rawTable(plan: Pick<Plan, 'name'>): string {
  return `${plan.name}_events`;
}

/** The ReplacingMergeTree table of a window's revisions; several rows per window until they are merged. */
export function windowTable(plan: Pick<Plan, 'name'>, window: Pick<PlanWindow, 'name'>): string {
  return `${plan.name}_${window.name}_rows`;
}

/** The view that shows each window once, in its newest revision: what queries read. */
export function windowView(plan: Pick<Plan, 'name'>, window: Pick<PlanWindow, 'name'>): string {
  return `${plan.name}_${window.name}`;
}

/** The ReplacingMergeTree table of the alerts; one that was stored again after a crash has several rows until they are merged. */
export function alertTable(plan: Pick<Plan, 'name'>): string {
  return `${plan.name}_alerts_rows`;
}

/** The view that shows each alert once: what queries read. */
export function alertView(plan: Pick<Plan, 'name'>): string {
  return `${plan.name}_alerts`;
}

import { describe, expect, test } from 'vitest';
import { distinct, groupBy, readEvents, seededMetadata, shippedWorkload } from './fixtures.js';

interface Usage {
  event_type: string;
  account_id: string;
  user_id: string;
  session_id: string;
  platform: string;
  feature?: string;
  duration_ms?: number;
  error_code?: string;
  new_plan?: string;
  mrr_change?: number;
}

describe('accounts and their users', () => {
  const metadata = seededMetadata('saas');
  const events = readEvents<Usage>(shippedWorkload('saas', { count: 60_000, metadata }));
  const isUse = (event: Usage) => event.event_type === 'feature_use' || event.event_type === 'error';

  test('a session begins with a login, after a sign-up where there is one', () => {
    const visits = events.filter((event) => !['upgrade', 'downgrade', 'churn'].includes(event.event_type));
    const sessions = [...groupBy(visits, (event) => event.session_id).values()];
    const wrong = sessions.filter((session) => {
      const rest = session[0]!.event_type === 'sign_up' ? session.slice(1) : session;
      const loggedIn = rest.length === 0 || rest[0]!.event_type === 'login';
      const who = distinct(session, (event) => `${event.user_id} ${event.account_id} ${event.platform}`);
      return !loggedIn || !rest.slice(1).every(isUse) || who > 1;
    });
    expect(wrong).toEqual([]);
    expect(sessions.length).toBeGreaterThan(1_000);
  });

  test('a churned account does nothing until somebody signs up, and its revenue goes and comes', () => {
    const gone = new Map<string, Usage>();
    const broken: Usage[] = [];
    let churned = 0;
    for (const event of events) {
      const left = gone.get(event.account_id);
      if (left && (event.event_type !== 'sign_up' || event.mrr_change! + left.mrr_change! !== 0)) broken.push(event);
      gone.delete(event.account_id);
      if (event.event_type !== 'churn') continue;
      gone.set(event.account_id, event);
      churned++;
    }
    expect(broken).toEqual([]);
    expect(churned).toBeGreaterThan(10);
  });

  test('upgrades pay more, downgrades less, and both name the new plan', () => {
    const moves = events.filter((event) => ['upgrade', 'downgrade'].includes(event.event_type));
    const plans = metadata.plans!.map((row) => row.plan_id);
    const right = moves.filter(
      (move) => plans.includes(move.new_plan!) && move.mrr_change! > 0 === (move.event_type === 'upgrade'),
    );
    expect(right).toEqual(moves);
    expect(distinct(moves, (move) => move.event_type)).toBe(2);
  });

  test('features go with the plan, errors have a code, uses take time', () => {
    const free = new Set(metadata.accounts!.filter((row) => row.plan === 'free').map((row) => row.account_id));
    const moved = new Set(events.filter((event) => event.new_plan).map((event) => event.account_id));
    const paid = ['automations', 'integrations', 'audit_log', 'export', 'reports', 'team'];
    const wrong = events.filter(
      (event) =>
        'feature' in event !== isUse(event) ||
        'duration_ms' in event !== isUse(event) ||
        'error_code' in event !== (event.event_type === 'error') ||
        (free.has(event.account_id) && !moved.has(event.account_id) && paid.includes(event.feature!)),
    );
    expect(wrong).toEqual([]);
  });

  test('an error burst fails one account for one reason, far more often than usual', () => {
    const labelled = events.filter((event) => event.anomaly !== undefined);
    const bursts = [...groupBy(labelled, (event) => event.incident).values()];
    expect(distinct(labelled, (event) => `${event.anomaly} ${event.event_type}`)).toBe(1);
    expect(labelled[0]).toMatchObject({ anomaly: 'error_burst', event_type: 'error' });
    const mixed = bursts.filter((burst) => distinct(burst, (event) => `${event.account_id} ${event.error_code}`) > 1);
    expect(mixed).toEqual([]);
    expect(Math.max(...bursts.map((burst) => burst.length))).toBeGreaterThan(10);
    const usual = events.filter((event) => event.event_type === 'error' && !event.anomaly).length;
    expect(usual / events.filter(isUse).length).toBeLessThan(0.04);
  });
});

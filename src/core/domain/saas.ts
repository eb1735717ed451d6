import type { Anomaly, Domain, EventSource, EventValues, PartitionContext } from '../generate/generator.js';
import type { Random } from '../generate/random.js';
import { type Account, readAccounts, Tariff } from './parts/accounts.js';
import { blankEvent, columnsOf } from './parts/columns.js';
import { errorCodes, nextFeature, usageMs } from './parts/journeys.js';
import { nameMaker } from './parts/names.js';
import { type Actor, ActorPool } from './parts/pool.js';

/**
 * A product for teams. People of an account log in and move from feature to feature; some uses fail. New people sign up; accounts change
 * their plan, and leave: a churned account does nothing until somebody of it signs up again. Anomaly: error_burst, in which most uses of
 * one account fail for the same reason.
 */
export const saas: Domain = {
  name: 'saas',
  reads: {
    accounts: ['account_id', 'plan', 'seats'],
    users: ['user_id', 'account_id'],
    plans: ['plan_id', 'monthly_price'],
  },
  key: { table: 'accounts', column: 'account_id' },
  source: (context) => new Product(context),
};

const maxActiveSessions = 200;
const thinkMs = 5_000;
/** Chances at the start of a session. */
const signUpShare = 0.02;
const moves = { upgrade: 0.006, downgrade: 0.003, churn: 0.004 };
const leaveShare = 0.12;
const errorShare = 0.02;
const burst = { share: 0.0004, errors: 0.7, least: 20, most: 60 };

interface Session extends Actor {
  account: Account;
  user: string;
  id: string;
  platform: string;
  next: 'sign_up' | 'login' | 'feature_use' | 'error';
  feature: string;
}

class Product implements EventSource {
  private readonly context: PartitionContext;
  private readonly random: Random;
  private readonly columns;
  private readonly tariff: Tariff;
  private readonly accounts: readonly Account[];
  private readonly sessions: ActorPool<Session>;
  private readonly newSession: (time: number) => string;
  private incidents = 0;
  private last: Anomaly | undefined;

  constructor(context: PartitionContext) {
    const { plan, metadata, random, keys } = context;
    this.context = context;
    this.random = random;
    this.columns = columnsOf(plan, [
      'account_id',
      'user_id',
      'session_id',
      'event_type',
      'platform',
      'feature',
      'duration_ms',
      'error_code',
      'new_plan',
      'mrr_change',
    ]);
    this.newSession = nameMaker('', context.partition);
    this.tariff = new Tariff(metadata);
    this.accounts = readAccounts(metadata, keys, this.tariff);
    this.sessions = new ActorPool(maxActiveSessions, random);
  }

  next(time: number): EventValues {
    this.last = undefined;
    for (let taken = this.sessions.take(time); taken; taken = this.sessions.take(time)) {
      const { actor, index } = taken;
      if (actor.account.active) return this.act(actor, index, time);
      this.sessions.remove(index);
    }
    const account = this.accounts[this.context.drawKeyIndex()]!;
    const moved = account.active ? this.move(account, time) : undefined;
    if (moved) return moved;
    const session = this.open(account, time);
    return this.act(session, this.sessions.add(session), time);
  }

  anomaly(): Anomaly | undefined {
    return this.last;
  }

  /** A change of the account's plan, made by its first user (the owner), or its end. */
  private move(account: Account, time: number): EventValues | undefined {
    const draw = this.random.float();
    if (draw >= moves.upgrade + moves.downgrade + moves.churn) return undefined;
    const type =
      draw < moves.upgrade ? 'upgrade' : draw < moves.upgrade + moves.downgrade ? 'downgrade' : ('churn' as const);
    const plan = type === 'churn' ? account.plan : account.plan + (type === 'upgrade' ? 1 : -1);
    if (plan < 0 || plan >= this.tariff.plans.length) return undefined;
    const event = this.event(account, account.users[0]!, this.newSession(time), 'web', type);
    const before = this.tariff.revenue(account);
    if (type === 'churn') account.active = false;
    else {
      account.plan = plan;
      event[this.columns.new_plan] = this.tariff.plans[plan]!;
    }
    event[this.columns.mrr_change] = (this.tariff.revenue(account) - before) / 100;
    return event;
  }

  private open(account: Account, time: number): Session {
    const { random } = this;
    const id = this.newSession(time);
    const joins = !account.active || random.chance(signUpShare);
    const user = joins ? `user_${id}` : random.pick(account.users);
    return {
      account,
      user,
      id,
      platform: random.chance(0.7) ? 'web' : random.pick(['ios', 'android', 'api']),
      next: joins ? 'sign_up' : 'login',
      feature: '',
      due: 0,
    };
  }

  private act(session: Session, index: number, time: number): EventValues {
    const { account, next } = session;
    const event = this.event(account, session.user, session.id, session.platform, next);
    if (next === 'sign_up') this.signUp(session, event);
    else if (next !== 'login') this.use(session, event);
    if (next !== 'sign_up' && next !== 'login' && this.random.chance(leaveShare)) this.sessions.remove(index);
    else {
      session.due = time + this.random.exponential() * thinkMs;
      this.plan(session);
    }
    return event;
  }

  /** With an account that had left, its whole revenue comes back; the new person counts among its users from now on. */
  private signUp(session: Session, event: EventValues): void {
    const { account } = session;
    if (!account.active) {
      account.active = true;
      event[this.columns.mrr_change] = this.tariff.revenue(account) / 100;
    }
    if (account.users.length < account.seats) account.users.push(session.user);
  }

  private use(session: Session, event: EventValues): void {
    const { columns, random } = this;
    event[columns.feature] = session.feature;
    event[columns.duration_ms] = Math.round(usageMs(session.feature) * random.exponential()) + 1;
    if (session.next !== 'error') return;
    const { account } = session;
    event[columns.error_code] = account.burstLeft > 0 ? account.burstCode : random.pick(errorCodes);
    if (account.burstLeft > 0) this.last = { kind: 'error_burst', incident: account.burstIncident };
  }

  /** What the session does after this event: sign up, log in, then use one feature after another. */
  private plan(session: Session): void {
    const { random } = this;
    const { account } = session;
    if (session.next === 'sign_up') {
      session.next = 'login';
      return;
    }
    session.feature = nextFeature(session.feature, account.plan, random);
    if (account.burstLeft > 0) account.burstLeft--;
    else if (random.chance(burst.share)) this.startBurst(account);
    session.next = random.chance(account.burstLeft > 0 ? burst.errors : errorShare) ? 'error' : 'feature_use';
  }

  private startBurst(account: Account): void {
    account.burstLeft = burst.least + this.random.int(burst.most - burst.least);
    account.burstCode = this.random.pick(errorCodes);
    account.burstIncident = ++this.incidents;
  }

  private event(account: Account, user: string, session: string, platform: string, type: string): EventValues {
    const { columns } = this;
    const event = blankEvent(this.context.plan);
    event[columns.account_id] = account.id;
    event[columns.user_id] = user;
    event[columns.session_id] = session;
    event[columns.event_type] = type;
    event[columns.platform] = platform;
    return event;
  }
}

import type { Anomaly, Domain, EventSource, EventValues, PartitionContext } from '../generate/generator.js';
import type { Random } from '../generate/random.js';
import { blankEvent, columnsOf } from './parts/columns.js';
import { Delayed } from './parts/delayed.js';
import { Fraud } from './parts/fraud.js';
import { nameMaker } from './parts/names.js';
import { type Card, type Payment, PaymentWorld } from './parts/payments.js';

/**
 * Card payments. An authorisation is captured some time later, for the same amount; what the limit or luck forbids is declined; some money is
 * transferred. Anomalies (parts/fraud.ts): card_velocity, impossible_travel, amount_outlier, fraud_ring, structuring.
 */
export const finance: Domain = {
  name: 'finance',
  reads: {
    cards: ['card_id', 'credit_limit', 'home_country'],
    merchants: ['merchant_id', 'country', 'risk', 'online', 'typical_amount'],
  },
  key: { table: 'cards', column: 'card_id' },
  source: (context) => new Payments(context),
};

const transferShare = 0.08;
const declineShare = 0.02;
const captureShare = 0.93;
const refundShare = 0.01;
const captureAfterMs = { least: 1_000, mean: 6_000 };
const declineReasons = ['wrong_pin', 'expired_card', 'suspected_fraud', 'insufficient_funds'] as const;

class Payments implements EventSource {
  private readonly context: PartitionContext;
  private readonly random: Random;
  private readonly columns;
  private readonly world: PaymentWorld;
  private readonly fraud: Fraud;
  private readonly later = new Delayed<Payment>();
  private readonly newTransaction: (time: number) => string;
  private last: Anomaly | undefined;

  constructor(context: PartitionContext) {
    this.context = context;
    this.random = context.random;
    this.columns = columnsOf(context.plan, [
      'card_id',
      'transaction_id',
      'event_type',
      'merchant_id',
      'amount',
      'country',
      'channel',
      'decline_reason',
    ]);
    this.newTransaction = nameMaker('t-', context.partition);
    this.world = new PaymentWorld(context);
    this.fraud = new Fraud(this.world, this.random, this.later);
  }

  next(time: number): EventValues {
    const waiting = this.later.takeDue(time);
    if (waiting) return this.emit(waiting, time);
    const card = this.world.drawCard();
    const planned = this.fraud.start(card, time);
    if (planned) return this.emit(planned, time);
    return this.emit(this.random.chance(transferShare) ? this.world.transfer(card) : this.world.purchase(card), time);
  }

  anomaly(): Anomaly | undefined {
    return this.last;
  }

  /** An authorisation becomes a decline where it must, and otherwise has its capture planned. */
  private emit(payment: Payment, time: number): EventValues {
    const { columns } = this;
    const { card } = payment;
    this.last = payment.anomaly;
    const reason = payment.type === 'authorisation' ? this.refusal(card, payment) : undefined;
    const id = payment.transaction ?? this.newTransaction(time);
    if (payment.type === 'authorisation' && !reason) this.approve(payment, id, time);
    if (payment.type === 'capture' && this.random.chance(refundShare))
      this.later.add(time + captureAfterMs.mean, { ...payment, type: 'refund', anomaly: undefined });
    const event = blankEvent(this.context.plan);
    event[columns.card_id] = card.id;
    event[columns.transaction_id] = id;
    event[columns.event_type] = reason ? 'decline' : payment.type;
    if (payment.merchant >= 0) event[columns.merchant_id] = this.world.merchants[payment.merchant]!.id;
    event[columns.amount] = payment.cents / 100;
    event[columns.country] = payment.country;
    event[columns.channel] = payment.channel;
    event[columns.decline_reason] = reason;
    return event;
  }

  private approve(payment: Payment, transaction: string, time: number): void {
    payment.card.spent += payment.cents;
    if (!this.random.chance(captureShare)) return;
    const wait = captureAfterMs.least + this.random.exponential() * captureAfterMs.mean;
    const { card, merchant, cents, country, channel } = payment;
    this.later.add(time + wait, { type: 'capture', card, merchant, cents, country, channel, transaction });
  }

  /** Why an authorisation is declined. A card at its limit is paid off now and then. */
  private refusal(card: Card, payment: Payment): string | undefined {
    if (card.spent + payment.cents > card.limit) {
      if (this.random.chance(0.3)) card.spent = 0;
      return 'limit_exceeded';
    }
    return this.random.chance(declineShare) ? this.random.pick(declineReasons) : undefined;
  }
}

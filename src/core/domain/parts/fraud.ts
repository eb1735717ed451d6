import type { Anomaly } from '../../generate/generator.js';
import type { Random } from '../../generate/random.js';
import type { Delayed } from './delayed.js';
import type { Card, Payment, PaymentWorld } from './payments.js';

/** Per new payment; an incident has about eight events. */
const incidentShare = 0.0006;
/** Transfers of 10,000 dollars and more are reported to the authorities in many countries. */
const reportingCents = 1_000_000;

type Kind = 'card_velocity' | 'impossible_travel' | 'amount_outlier' | 'fraud_ring' | 'structuring';

/**
 * Incidents, as chains of payments that are planned at once and happen later:
 * - card_velocity: many small online payments with one card within seconds.
 * - impossible_travel: a chip payment at home and, within seconds, one in another country.
 * - amount_outlier: one payment of 20 to 60 times what is usual at a risky merchant, online.
 * - fraud_ring: several cards pay about the same at one risky merchant, each more than once, online.
 * - structuring: transfers that stay just below the amount that is reported.
 */
export class Fraud {
  private readonly world: PaymentWorld;
  private readonly random: Random;
  private readonly later: Delayed<Payment>;
  private incidents = 0;

  constructor(world: PaymentWorld, random: Random, later: Delayed<Payment>) {
    this.world = world;
    this.random = random;
    this.later = later;
  }

  /** Now and then the first payment of an incident, the others being planned; mostly undefined. */
  start(card: Card, time: number): Payment | undefined {
    const { random } = this;
    if (!random.chance(incidentShare)) return undefined;
    const kind: Kind = random.pick([
      'card_velocity',
      'impossible_travel',
      'amount_outlier',
      'fraud_ring',
      'structuring',
    ]);
    const anomaly: Anomaly = { kind, incident: ++this.incidents };
    const [first, ...rest] = this[kind](card).map((payment) => ({ ...payment, anomaly }));
    let at = time;
    for (const payment of rest) {
      at += 100 + random.exponential() * 900;
      this.later.add(at, payment);
    }
    return first;
  }

  private card_velocity(card: Card): Payment[] {
    const { world, random } = this;
    return Array.from({ length: 8 + random.int(13) }, () =>
      world.authorisation(card, random.pick(world.online), 100 + random.int(1_900)),
    );
  }

  private impossible_travel(card: Card): Payment[] {
    const { world, random } = this;
    const abroad = random.pick(world.countries.filter((country) => country !== card.home));
    return [card.home, abroad].map((country): Payment => {
      const usual = world.purchase(card);
      return { ...usual, country, channel: 'chip' };
    });
  }

  private amount_outlier(card: Card): Payment[] {
    const { world, random } = this;
    const merchant = random.pick(world.risky);
    const cents = Math.round(world.merchants[merchant]!.typical * (20 + 40 * random.float()));
    return [{ ...world.authorisation(card, merchant, cents), channel: 'online' }];
  }

  private fraud_ring(card: Card): Payment[] {
    const { world, random } = this;
    const merchant = random.pick(world.risky);
    const cents = world.usualCents(merchant);
    const cards = [card, ...Array.from({ length: 3 + random.int(4) }, () => world.drawCard())];
    const about = () => Math.max(50, Math.round(cents * (0.95 + 0.1 * random.float())));
    return [...cards, ...cards].map((each) => ({ ...world.authorisation(each, merchant, about()), channel: 'online' }));
  }

  private structuring(card: Card): Payment[] {
    const { world, random } = this;
    return Array.from({ length: 4 + random.int(5) }, () => ({
      ...world.transfer(card),
      cents: reportingCents - 1 - random.int(reportingCents / 10),
    }));
  }
}

import { AliasTable } from '../../generate/alias.js';
import type { Anomaly, PartitionContext } from '../../generate/generator.js';
import type { Random } from '../../generate/random.js';
import { zipfWeights } from '../../generate/skew.js';
import { centsIn, groupRows, rowsByKey, rowsOf } from './rows.js';

export interface Card {
  id: string;
  home: string;
  /** Cents, in a month. */
  limit: number;
  spent: number;
}

export interface Merchant {
  id: string;
  country: string;
  risky: boolean;
  online: boolean;
  /** Median payment in cents. */
  typical: number;
}

export type Channel = 'chip' | 'contactless' | 'online' | 'transfer';

/** Something that a card does; without a transaction it gets a new one. */
export interface Payment {
  type: 'authorisation' | 'capture' | 'refund' | 'transfer';
  card: Card;
  /** -1 for a transfer. */
  merchant: number;
  cents: number;
  /** Where the terminal stands, the online merchant is at home, or the transfer goes. */
  country: string;
  channel: Channel;
  transaction?: string;
  anomaly?: Anomaly | undefined;
}

const merchantPopularity = 0.7;
const atHomeShare = 0.85;
const amountSpread = 0.6;
const transferCents = 25_000;
const transferSpread = 1.2;

/** Cards of one partition, all merchants, and what people normally pay. */
export class PaymentWorld {
  readonly cards: readonly Card[];
  readonly merchants: readonly Merchant[];
  readonly risky: readonly number[];
  readonly online: readonly number[];
  readonly countries: readonly string[];
  private readonly context: PartitionContext;
  private readonly random: Random;
  private readonly byCountry: ReadonlyMap<string, { members: readonly number[]; table: AliasTable }>;

  constructor(context: PartitionContext) {
    const { metadata, keys, random } = context;
    this.context = context;
    this.random = random;
    const cards = rowsByKey(rowsOf(metadata, 'finance', 'cards'), 'card_id');
    this.cards = keys.map((id) => {
      const row = cards.get(id);
      const limit = centsIn(row, 'credit_limit');
      return { id, home: String(row?.home_country), limit, spent: Math.floor(limit * 0.5 * random.float()) };
    });
    const rows = rowsOf(metadata, 'finance', 'merchants');
    this.merchants = rows.map((row) => ({
      id: String(row.merchant_id),
      country: String(row.country),
      risky: row.risk === 'high',
      online: row.online === true,
      typical: centsIn(row, 'typical_amount'),
    }));
    const weights = zipfWeights(rows.length, merchantPopularity);
    const all = this.merchants.map((_, index) => index);
    this.byCountry = new Map(
      [...groupRows(rows, 'country')].map(([country, members]) => [
        country,
        { members, table: new AliasTable(members.map((index) => weights[index]!)) },
      ]),
    );
    this.countries = [...this.byCountry.keys()];
    this.risky = orAll(
      all.filter((index) => this.merchants[index]!.risky),
      all,
    );
    this.online = orAll(
      all.filter((index) => this.merchants[index]!.online),
      all,
    );
  }

  drawCard(): Card {
    return this.cards[this.context.drawKeyIndex()]!;
  }

  /** In shops at home, abroad online: nobody is in two countries at once. */
  purchase(card: Card): Payment {
    const { random } = this;
    const near = random.chance(atHomeShare) ? this.byCountry.get(card.home) : undefined;
    const merchant = near ? near.members[near.table.draw(random)]! : random.pick(this.online);
    return this.authorisation(card, merchant, this.usualCents(merchant));
  }

  transfer(card: Card): Payment {
    const { random } = this;
    const country = random.chance(atHomeShare) ? card.home : random.pick(this.countries);
    const cents = Math.max(100, Math.round(transferCents * Math.exp(transferSpread * random.normal())));
    return { type: 'transfer', card, merchant: -1, cents, country, channel: 'transfer' };
  }

  authorisation(card: Card, merchant: number, cents: number): Payment {
    const { country, online } = this.merchants[merchant]!;
    const channel = online ? 'online' : this.random.chance(0.6) ? 'contactless' : 'chip';
    return { type: 'authorisation', card, merchant, cents, country, channel };
  }

  /** Log-normal about the merchant's median. */
  usualCents(merchant: number): number {
    const median = this.merchants[merchant]!.typical;
    return Math.max(50, Math.round(median * Math.exp(amountSpread * this.random.normal())));
  }
}

function orAll(chosen: readonly number[], all: readonly number[]): readonly number[] {
  return chosen.length > 0 ? chosen : all;
}

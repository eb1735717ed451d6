import type { Anomaly, Domain, EventSource, EventValues, PartitionContext } from '../generate/generator.js';
import type { Random } from '../generate/random.js';
import { Catalogue } from './parts/catalogue.js';
import { blankEvent, columnsOf } from './parts/columns.js';
import { Delayed } from './parts/delayed.js';
import { nameMaker } from './parts/names.js';
import { type Actor, ActorPool } from './parts/pool.js';

/**
 * A shop. Users come in sessions: they search, look at products, put what they have looked at into the cart, buy what is in it, and send a part
 * of it back. So a purchase always follows a view and an add_to_cart of the same product in the same session, and a refund its purchase. What is out of
 * stock cannot go into a cart. Anomaly: scraper, a session that does nothing but look.
 */
export const ecommerce: Domain = {
  name: 'ecommerce',
  reads: {
    users: ['user_id', 'device'],
    products: ['product_id', 'category', 'price'],
    inventory: ['product_id', 'stock'],
  },
  key: { table: 'users', column: 'user_id' },
  source: (context) => new Shop(context),
};

const maxActiveSessions = 200;
const thinkMs = 4_000;
const scraperShare = 0.0005;
/** Chances of what follows a view, an add_to_cart; the rest leaves. */
const afterView = { cart: 0.22, view: 0.42, search: 0.16 };
const afterCart = { buy: 0.4, view: 0.35 };
const refundShare = 0.06;
const refundAfterMs = { least: 2_000, mean: 10_000 };

type Step = 'search' | 'product_view' | 'add_to_cart' | 'purchase';

interface Line {
  product: number;
  quantity: number;
}

interface Session extends Actor {
  user: string;
  id: string;
  device: string;
  next: Step;
  /** Of the last search, -1 for none: the view that follows is of this category. */
  category: number;
  /** The last product looked at. */
  product: number;
  cart: Line[];
  /** Absent until the first line of the cart is bought. */
  order: string | undefined;
  /** Views that a scraper has left; 0 for people. */
  scrapes: number;
  incident: number;
}

interface Sale extends Line {
  session: Session;
  order: string;
}

class Shop implements EventSource {
  private readonly context: PartitionContext;
  private readonly random: Random;
  private readonly columns;
  private readonly catalogue: Catalogue;
  private readonly devices: ReadonlyMap<string, string>;
  private readonly sessions: ActorPool<Session>;
  private readonly refunds = new Delayed<Sale>();
  private readonly newSession: (time: number) => string;
  private incidents = 0;
  private last: Session | undefined;

  constructor(context: PartitionContext) {
    const { plan, metadata, random } = context;
    this.context = context;
    this.random = random;
    this.columns = columnsOf(plan, [
      'user_id',
      'session_id',
      'event_type',
      'device',
      'product_id',
      'quantity',
      'price',
      'order_id',
      'search_term',
    ]);
    this.newSession = nameMaker('', context.partition);
    this.catalogue = new Catalogue(metadata, plan.partitions);
    this.devices = new Map((metadata.users ?? []).map((row) => [String(row.user_id), String(row.device)]));
    this.sessions = new ActorPool(maxActiveSessions, random);
  }

  next(time: number): EventValues {
    const refund = this.refunds.takeDue(time);
    if (refund) return this.refund(refund);
    const taken = this.sessions.take(time);
    if (taken) return this.act(taken.actor, taken.index, time);
    const session = this.open(time);
    return this.act(session, this.sessions.add(session), time);
  }

  anomaly(): Anomaly | undefined {
    return this.last && this.last.incident > 0 ? { kind: 'scraper', incident: this.last.incident } : undefined;
  }

  private open(time: number): Session {
    const { random, context } = this;
    const user = context.drawKey();
    const usual = this.devices.get(user) ?? 'mobile';
    const scrapes = random.chance(scraperShare) ? 50 + random.int(150) : 0;
    return {
      user,
      id: this.newSession(time),
      device: random.chance(0.85) ? usual : random.pick(['mobile', 'desktop', 'tablet']),
      next: scrapes === 0 && random.chance(0.35) ? 'search' : 'product_view',
      category: -1,
      product: -1,
      cart: [],
      order: undefined,
      due: 0,
      scrapes,
      incident: scrapes > 0 ? ++this.incidents : 0,
    };
  }

  /** Makes the session's next step and decides on the one after it. */
  private act(session: Session, index: number, time: number): EventValues {
    const event = this.event(session, session.next);
    const after = this.step(session, event, time);
    if (after) {
      session.next = after;
      session.due = time + this.random.exponential() * thinkMs;
    } else this.sessions.remove(index);
    return event;
  }

  private step(session: Session, event: EventValues, time: number): Step | undefined {
    switch (session.next) {
      case 'search':
        return this.search(session, event);
      case 'product_view':
        return this.view(session, event, time);
      case 'add_to_cart':
        return this.addToCart(session, event);
      case 'purchase':
        return this.purchase(session, event, time);
    }
  }

  private search(session: Session, event: EventValues): Step | undefined {
    session.category = this.random.int(this.catalogue.categories.length);
    event[this.columns.search_term] = this.catalogue.categories[session.category]!.toLowerCase();
    return this.random.chance(0.9) ? 'product_view' : undefined;
  }

  private view(session: Session, event: EventValues, time: number): Step | undefined {
    const { random, catalogue } = this;
    session.product = session.category < 0 ? catalogue.any(random) : catalogue.inCategory(session.category, random);
    this.setProduct(event, session.product);
    if (session.scrapes > 0) return --session.scrapes > 0 ? 'product_view' : undefined;
    const draw = random.float();
    if (draw < afterView.cart) {
      const wanted = 1 + Math.floor(random.exponential() * 0.8);
      const quantity = catalogue.available(session.product, Math.min(wanted, 5), time);
      if (quantity === 0) return 'product_view';
      session.cart.push({ product: session.product, quantity });
      return 'add_to_cart';
    }
    if (draw < afterView.cart + afterView.view) return 'product_view';
    if (draw < afterView.cart + afterView.view + afterView.search) return 'search';
    return undefined;
  }

  private addToCart(session: Session, event: EventValues): Step | undefined {
    const line = session.cart.at(-1)!;
    this.setProduct(event, line.product, line.quantity);
    const draw = this.random.float();
    if (draw < afterCart.buy) return 'purchase';
    return draw < afterCart.buy + afterCart.view ? 'product_view' : undefined;
  }

  /** One event per line of the cart, all of one order; then the session ends. */
  private purchase(session: Session, event: EventValues, time: number): Step | undefined {
    const line = session.cart.shift()!;
    session.order ??= `o-${session.id}`;
    this.setProduct(event, line.product, line.quantity);
    event[this.columns.order_id] = session.order;
    this.catalogue.move(line.product, -line.quantity);
    if (this.random.chance(refundShare)) {
      const wait = refundAfterMs.least + this.random.exponential() * refundAfterMs.mean;
      this.refunds.add(time + wait, { session, order: session.order, ...line });
    }
    return session.cart.length > 0 ? 'purchase' : undefined;
  }

  private refund({ session, product, quantity, order }: Sale): EventValues {
    const event = this.event(session, 'refund');
    this.setProduct(event, product, quantity);
    event[this.columns.order_id] = order;
    this.catalogue.move(product, quantity);
    return event;
  }

  private event(session: Session, type: Step | 'refund'): EventValues {
    const { columns } = this;
    const event = blankEvent(this.context.plan);
    event[columns.user_id] = session.user;
    event[columns.session_id] = session.id;
    event[columns.event_type] = type;
    event[columns.device] = session.device;
    this.last = session;
    return event;
  }

  private setProduct(event: EventValues, product: number, quantity?: number): void {
    const { columns, catalogue } = this;
    event[columns.product_id] = catalogue.ids[product]!;
    event[columns.price] = catalogue.cents[product]! / 100;
    event[columns.quantity] = quantity;
  }
}

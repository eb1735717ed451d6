import type { Plan } from '../pipeline/plan.js';
import type { Store } from '../query/pages/store.js';
import type { Home } from '../runtime/home.js';
import type { Runtime } from '../runtime/runtime.js';
import type { Feed } from './feed.js';
import type { ShortCache } from './short-cache.js';

/** What the routes answer from. */
export interface ApiContext {
  runtime: Runtime;
  home: Home;
  profile: string | undefined;
  /** Each has its own routes; names differ. */
  plans: readonly Plan[];
  feed: Feed;
  store: Store;
  /** By the address that asked. */
  answers: ShortCache<Answer>;
}

/** What ClickHouse was asked for, as it is sent. */
export interface Answer {
  body: string;
  /** The cursor of the next page. */
  next: string | null;
}

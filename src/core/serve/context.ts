import type { Plan } from '../pipeline/plan.js';
import type { Store } from '../query/pages/store.js';
import type { Home } from '../runtime/home.js';
import type { Runtime } from '../runtime/runtime.js';
import type { Feed } from './feed.js';

/** What the routes answer from. */
export interface ApiContext {
  runtime: Runtime;
  home: Home;
  profile: string | undefined;
  /** Each has its own routes; names differ. */
  plans: readonly Plan[];
  feed: Feed;
  store: Store;
}

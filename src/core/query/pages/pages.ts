import type { Plan } from '../../pipeline/plan.js';
import type { AnswerColumn } from './columns.js';
import { decodeCursor } from './cursor.js';
import { partsOf } from './near.js';
import { type Condition, type PageSource, pageStatement } from './page.js';
import { exactDigits, type Page, pageFormat, readPage } from './rows.js';
import type { Store } from './store.js';

export interface Wanted {
  /** Epoch ms: `from` inclusive, `to` exclusive. */
  range: { from?: number; to?: number };
  conditions: readonly Condition[];
  order: 'asc' | 'desc';
  limit: number;
  cursor?: string;
  /** Of time, what probably holds a page. */
  spanMs: number;
}

/** Pages of one source. */
export class Pages {
  private readonly store: Store;
  private readonly plan: Plan;
  private readonly source: PageSource;
  /** The newest and the oldest time that were ever told; epoch ms. */
  private newest: number | undefined;
  private oldest: number | undefined;

  constructor(store: Store, plan: Plan, source: PageSource) {
    this.store = store;
    this.plan = plan;
    this.source = source;
  }

  /** Of its rows. */
  get columns(): readonly AnswerColumn[] {
    return this.source.columns;
  }

  /** Throws a usage error for a bad cursor, and as the store does. */
  async page(wanted: Wanted): Promise<Page> {
    const { range, order, spanMs } = wanted;
    for (const part of partsOf(order, this.begin(wanted), spanMs)) {
      const from = latest(range.from, part.from);
      const to = earliest(range.to, part.to);
      const page = await this.ask(wanted, { from, to });
      if (page.next !== null || (from === range.from && to === range.to)) return page;
    }
    return { rows: [], next: null };
  }

  private begin({ range, order, cursor }: Wanted): number | undefined {
    const { source } = this;
    if (cursor !== undefined) return Date.parse(String(decodeCursor(cursor, source.order)[0]));
    return order === 'asc' ? latest(range.from, this.oldest) : earliest(range.to, this.newest);
  }

  private async ask({ conditions, order, limit, cursor }: Wanted, range: Wanted['range']): Promise<Page> {
    const { source } = this;
    const { name } = source.order[0]!;
    const within: Condition[] = [
      ...(range.from === undefined
        ? []
        : [{ column: name, is: '>=', value: String(range.from), type: 'time' } as const]),
      ...(range.to === undefined ? [] : [{ column: name, is: '<', value: String(range.to), type: 'time' } as const]),
    ];
    const statement = pageStatement(source, { conditions: [...conditions, ...within], order, limit, cursor });
    const page = readPage(await this.store.ask(this.plan, statement, pageFormat, exactDigits), source, limit);
    const at = source.columns.findIndex((column) => column.name === name);
    for (const row of page.rows) {
      const time = Date.parse(String(row[at]));
      this.newest = latest(this.newest, time);
      this.oldest = earliest(this.oldest, time);
    }
    return page;
  }
}

function latest(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.max(a, b);
}

function earliest(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);
}

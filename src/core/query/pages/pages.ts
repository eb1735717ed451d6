import type { Plan } from '../../pipeline/plan.js';
import { quoteIdentifier } from '../../sink/identifiers.js';
import type { AnswerColumn } from './columns.js';
import { decodeCursor } from './cursor.js';
import { type Known, partsOf, startOf } from './near.js';
import { type Condition, type PageSource, pageStatement } from './page.js';
import { type Reach, Reaches } from './reach.js';
import { type Page, pageFormat, pageSettings, readPage } from './rows.js';
import type { Store } from './store.js';

export interface Wanted {
  /** Epoch ms: `from` inclusive, `to` exclusive. */
  range: { from?: number; to?: number };
  conditions: readonly Condition[];
  order: 'asc' | 'desc';
  limit: number;
  cursor?: string;
  /** The guess for a page of its kind, which is that of the columns it asks by and of this. */
  reach: Reach;
}

/** After so long the bounds are asked anew: a little more is stored since, so that a look begins a little early. */
const boundsForMs = 10_000;

const mostFirsts = 1_000;

/** Pages of one source. */
export class Pages {
  private readonly store: Store;
  private readonly plan: Plan;
  private readonly source: PageSource;
  /** What is stored, as it was a moment ago. */
  private known: Promise<Known | undefined> | undefined;
  private knownAt = Number.NEGATIVE_INFINITY;
  /** The newest that was seen since. */
  private newest = Number.NEGATIVE_INFINITY;
  /** Time of the first row of all, by the conditions: windows of ten seconds begin up to an hour after those of an hour, which the bounds tell. */
  private readonly firsts = new Map<string, number>();
  private readonly reaches = new Reaches();

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
    const { range, order, limit, conditions, reach } = wanted;
    const known = await this.knownOf(wanted);
    if (!known) return this.ask(wanted, range);
    const begin = this.begin(wanted);
    const start = startOf(order, begin, known);
    const kind = JSON.stringify([reach, conditions.map(({ column }) => column)]);
    const ofAll = order === 'asc' ? (begin ?? known.oldest) <= known.oldest : begin === undefined;
    for (const part of partsOf(order, start, this.reaches.span(kind, reach, limit + 1), known)) {
      const from = latest(range.from, part.from);
      const to = earliest(range.to, part.to);
      const page = await this.ask(wanted, { from, to });
      const [first, last] = [page.rows[0], page.rows.at(-1)];
      if (ofAll && first) this.remember(wanted, this.timeOf(first));
      if (page.next !== null && last) {
        const took = order === 'desc' ? start - this.timeOf(last) : this.timeOf(last) - start;
        this.reaches.learn(kind, reach, page.rows.length, took);
      }
      if (page.next !== null || (from === range.from && to === range.to)) return page;
    }
    return { rows: [], next: null };
  }

  private async knownOf({ conditions }: Wanted): Promise<Known | undefined> {
    const known = await this.bounds();
    if (!known) return undefined;
    const first = this.firsts.get(JSON.stringify(conditions)) ?? 0;
    return { oldest: Math.max(known.oldest, first), newest: Math.max(known.newest, this.newest) };
  }

  /** No more than a hint: a look at the oldest has an upper bound alone, so that what is older than this is found too; and so it is with the newest. */
  private remember({ conditions, order }: Wanted, time: number): void {
    if (order === 'desc') {
      this.newest = Math.max(this.newest, time);
      return;
    }
    if (this.firsts.size >= mostFirsts) this.firsts.clear();
    this.firsts.set(JSON.stringify(conditions), time);
  }

  private timeOf(row: Page['rows'][number]): number {
    const { columns, order } = this.source;
    return Date.parse(String(row[columns.findIndex(({ name }) => name === order[0]!.name)]));
  }

  private begin({ range, order, cursor }: Wanted): number | undefined {
    if (cursor !== undefined) return Date.parse(String(decodeCursor(cursor, this.source.order)[0]));
    return order === 'asc' ? range.from : range.to;
  }

  /** Undefined while there are no rows. Only the first waits for them: the others have what was known last, while it is asked anew. */
  private bounds(): Promise<Known | undefined> {
    const now = performance.now();
    if (this.known && now - this.knownAt <= boundsForMs) return this.known;
    this.knownAt = now;
    const asked = this.askBounds();
    const settle = (known: typeof this.known) => () => {
      this.known = known;
      this.newest = Number.NEGATIVE_INFINITY;
    };
    // After a failure who asks next asks again.
    asked.then(settle(asked), settle(undefined));
    this.known ??= asked;
    return this.known;
  }

  /** ClickHouse knows them without reading a row. */
  private async askBounds(): Promise<Known | undefined> {
    const { table, order } = this.source;
    const time = quoteIdentifier(order[0]!.name);
    const ms = (which: string) => `toUnixTimestamp64Milli(${which}(${time}))`;
    const sql = `SELECT ${ms('min')}, ${ms('max')}, count() FROM ${quoteIdentifier(table)}`;
    const answer = JSON.parse(await this.store.ask(this.plan, { sql, params: {} }, pageFormat)) as [
      string,
      string,
      string,
    ];
    const [oldest, newest, count] = answer.map(Number);
    return count === 0 ? undefined : { oldest: oldest!, newest: newest! };
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
    return readPage(await this.store.ask(this.plan, statement, pageFormat, pageSettings), source, limit);
  }
}

function latest(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.max(a, b);
}

function earliest(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);
}

import type { Plan } from '../pipeline/plan.js';
import type { AnswerColumn } from '../query/pages/columns.js';
import { Pages } from '../query/pages/pages.js';
import type { Reach } from '../query/pages/reach.js';
import { alertSource, ofSize, reachOf, reachOfAlerts, sizesOf, windowSource } from '../query/pages/sources.js';
import { Store } from '../query/pages/store.js';
import { listLetters } from '../run/letters/list.js';
import { messageOf } from '../runtime/errors.js';
import type { Home } from '../runtime/home.js';
import type { Runtime } from '../runtime/runtime.js';
import { type AlertRow, nothingStored, type Stored, type StoredKind, type WindowRows } from './stored.js';

/** Letters take reading a topic. */
const everyMs: Record<StoredKind, number> = { windows: 4_000, alerts: 4_000, letters: 8_000 };
const rowsOfWindow = 20;
const rowsOfAlerts = 100;
const lettersShown = 50;

interface Sources {
  windows: { pipeline: string; window: string; size: string | undefined; by: string[]; reach: Reach; pages: Pages }[];
  alerts: Pages;
}

/** Looks at what is stored in ClickHouse and in the dead-letter topics: read while somebody looks at that kind, and never waited for. */
export class StoredWatch {
  private readonly runtime: Runtime;
  private readonly home: Home;
  private readonly profile: string | undefined;
  private readonly plans: readonly Plan[];
  private readonly store: Store;
  private readonly sources = new Map<string, Sources>();
  private readonly found = new Map<StoredKind, Stored>();
  private reading = false;
  private next = Number.NEGATIVE_INFINITY;
  private kind: StoredKind | undefined;

  constructor(runtime: Runtime, home: Home, profile: string | undefined, plans: readonly Plan[]) {
    this.runtime = runtime;
    this.home = home;
    this.profile = profile;
    this.plans = plans;
    this.store = new Store(runtime, home, { profile, timeoutMs: 5_000 });
  }

  /** What was read last of a kind; undefined before the first answer. Reads anew where that is due, and then calls `changed`. */
  look(kind: StoredKind, pipelines: readonly string[], changed: () => void): Stored | undefined {
    const now = this.runtime.clock.monotonic();
    if (!this.reading && (kind !== this.kind || now >= this.next)) {
      this.kind = kind;
      this.reading = true;
      void this.read(kind, pipelines).then((stored) => {
        this.found.set(kind, stored);
        this.reading = false;
        this.next = this.runtime.clock.monotonic() + everyMs[kind];
        changed();
      });
    }
    return this.found.get(kind);
  }

  close(): Promise<void> {
    return this.store.close();
  }

  private async read(kind: StoredKind, pipelines: readonly string[]): Promise<Stored> {
    const problems: string[] = [];
    const each = async <T>(of: (plan: Plan) => Promise<T[]>): Promise<T[]> => {
      const all = await Promise.all(
        pipelines.map(async (name) => {
          const plan = this.plans.find((each) => each.name === name);
          try {
            if (plan) return await of(plan);
            problems.push(`${name}: its file is not known; name it: pipe top --pipeline FILE`);
          } catch (error) {
            problems.push(`${name}: ${messageOf(error)}`);
          }
          return [];
        }),
      );
      return all.flat();
    };
    const before = this.found.get(kind) ?? nothingStored;
    const now = await this.readKind(kind, each);
    // What was read before is shown on while there is nothing newer.
    return problems.length === 0 ? { ...nothingStored, ...now } : { ...before, ...whereNotEmpty(now), problems };
  }

  private async readKind(
    kind: StoredKind,
    each: <T>(of: (plan: Plan) => Promise<T[]>) => Promise<T[]>,
  ): Promise<Partial<Stored>> {
    if (kind === 'windows') return { windows: await each((plan) => this.windowsOf(plan)) };
    if (kind === 'alerts') {
      const alerts = await each((plan) => this.alertsOf(plan));
      return { alerts: alerts.sort((a, b) => b.time.localeCompare(a.time)) };
    }
    const { runtime, home, profile } = this;
    const task = {
      runtime: { ...runtime, note: () => undefined },
      home,
      profile,
      kind: 'dead' as const,
      selection: {},
    };
    return { letters: await each(async (plan) => [await listLetters({ ...task, plan, limit: lettersShown })]) };
  }

  private windowsOf(plan: Plan): Promise<WindowRows[]> {
    return Promise.all(
      this.sourcesOf(plan).windows.map(async ({ pages, reach, ...window }) => {
        const page = await pages.page({
          range: {},
          conditions: ofSize(window.size),
          order: 'desc',
          limit: rowsOfWindow,
          reach,
        });
        return { ...window, rows: page.rows.map((row) => shownRow(pages.columns, row)) };
      }),
    );
  }

  private async alertsOf(plan: Plan): Promise<AlertRow[]> {
    const pages = this.sourcesOf(plan).alerts;
    const page = await pages.page({
      range: {},
      conditions: [],
      order: 'desc',
      limit: rowsOfAlerts,
      reach: reachOfAlerts,
    });
    return page.rows.map((row) => {
      const { id, time, detector, severity, keys, evidence } = shownRow(pages.columns, row);
      return {
        pipeline: plan.name,
        time: time!,
        detector: detector!,
        severity: severity!,
        keys: keys!,
        evidence: evidence!,
        id: id!,
      };
    });
  }

  private sourcesOf(plan: Plan): Sources {
    const known = this.sources.get(plan.name);
    if (known) return known;
    const made: Sources = {
      windows: plan.windows.map((window) => {
        const [size] = sizesOf(window);
        return {
          pipeline: plan.name,
          window: window.name,
          size,
          by: window.by.map((index) => plan.fields[index]!.name),
          reach: reachOf(window, size, false),
          pages: new Pages(this.store, plan, windowSource(plan, window)),
        };
      }),
      alerts: new Pages(this.store, plan, alertSource(plan)),
    };
    this.sources.set(plan.name, made);
    return made;
  }
}

function whereNotEmpty(stored: Partial<Stored>): Partial<Stored> {
  return Object.fromEntries(Object.entries(stored).filter(([, rows]) => rows.length > 0));
}

/** Floats to six digits: the rest is for programs. */
function shownRow(columns: readonly AnswerColumn[], row: readonly unknown[]): Record<string, string> {
  return Object.fromEntries(
    columns.map(({ name, kind }, at) => {
      const value = row[at];
      if (value === null || value === undefined) return [name, '-'];
      return [name, kind === 'float' ? String(Number(Number(value).toPrecision(6))) : String(value)];
    }),
  );
}

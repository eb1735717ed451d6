import type { Plan } from '../../../src/core/pipeline/plan.js';

/**
 * Section 3 of the design, written down the slow way: a list of all events ever judged, and every question answered by going through it. Shares
 * nothing with the engine but the plan's numbers.
 */
export interface OracleEvent {
  partition: number;
  offset: number;
  id: string;
  at: number;
  recordTime: number;
  /** Whether decoding would fail. */
  broken: boolean;
  [field: string]: unknown;
}

export interface OracleWindow {
  spans: readonly { size: number; advance: number }[];
  /** Events of one group less than `gap` apart, cut at the multiples of `maxDuration`. */
  session?: { gap: number; maxDuration: number };
  where: (event: OracleEvent) => boolean;
  by: readonly string[];
  /** Any function of the events of a window and group. */
  aggregates: Record<string, (events: readonly OracleEvent[]) => unknown>;
}

export interface OracleRow {
  window: string;
  size: number;
  advance: number;
  start: number;
  end: number;
  keys: unknown[];
  values: Record<string, unknown>;
}

type Judged = OracleEvent & { verdict: string };

export class Oracle {
  readonly judged: Judged[] = [];
  watermark = Number.NEGATIVE_INFINITY;
  private readonly plan: Plan;
  private readonly windows: Record<string, OracleWindow>;
  private readonly partitions: readonly number[];

  constructor(plan: Plan, windows: Record<string, OracleWindow>, partitions: readonly number[]) {
    this.plan = plan;
    this.windows = windows;
    this.partitions = partitions;
  }

  judge(event: OracleEvent): string {
    const verdict = this.verdictOf(event);
    this.judged.push({ ...event, verdict });
    return verdict;
  }

  advance(idle: readonly number[]): void {
    const others = this.partitions.filter((partition) => !idle.includes(partition));
    if (others.length === 0) return;
    this.watermark = Math.max(
      this.watermark,
      Math.min(...others.map((partition) => this.partitionWatermark(partition))),
    );
  }

  /** Every window with an event in it, by identity, from all aggregated events at once. */
  rows(): Map<string, OracleRow> {
    const found: OracleRow[] = [];
    for (const [name, window] of Object.entries(this.windows)) {
      const events = this.judged.filter(({ verdict }) => verdict === 'aggregated').filter(window.where);
      const keysOf = (event: OracleEvent) => JSON.stringify(window.by.map((field) => keyOf(event[field])));
      for (const keys of new Set(events.map(keysOf))) {
        const group = events.filter((event) => keysOf(event) === keys);
        const row = (times: { size: number; advance: number; start: number; end: number }, some: Judged[]) => {
          const values = Object.entries(window.aggregates).map(([aggregate, of]) => [aggregate, of(some)]);
          found.push({ window: name, ...times, keys: JSON.parse(keys), values: Object.fromEntries(values) });
        };
        for (const span of window.spans)
          for (const start of new Set(group.flatMap(({ at }) => startsOf(span, at))))
            row(
              { ...span, start, end: start + span.size },
              group.filter(({ at }) => start <= at && at < start + span.size),
            );
        if (window.session)
          for (const { start, end, events: some } of sessionsOf(window.session, group))
            row({ size: 0, advance: 0, start, end }, some);
      }
    }
    return new Map(found.map((row) => [JSON.stringify([row.window, row.size, row.advance, row.start, row.keys]), row]));
  }

  private verdictOf(event: OracleEvent): string {
    const { plan } = this;
    if (event.broken || event.at > event.recordTime + plan.maxFutureSkew) return 'deadLetter';
    const watermark = this.partitionWatermark(event.partition);
    if (event.at <= watermark - plan.allowedLateness) return 'late';
    if (this.windowWasFreed(event.at)) return 'lateIdle';
    const seen = this.judged.some(
      ({ partition, id, at, verdict }) =>
        verdict === 'aggregated' && partition === event.partition && id === event.id && at > watermark - plan.horizon,
    );
    return seen ? 'duplicate' : 'aggregated';
  }

  /** Of accepted events: neither dead letters nor repeats; a late one is never the highest. */
  private partitionWatermark(partition: number): number {
    const times = this.judged
      .filter((each) => each.partition === partition && ['aggregated', 'lateIdle', 'late'].includes(each.verdict))
      .map(({ at }) => at);
    return Math.max(Number.NEGATIVE_INFINITY, ...times) - this.plan.outOfOrderness;
  }

  private windowWasFreed(at: number): boolean {
    const freed = (end: number) => this.watermark - this.plan.allowedLateness >= end - 1;
    return Object.values(this.windows).some(
      ({ spans, session }) =>
        spans.some((span) => startsOf(span, at).some((start) => freed(start + span.size))) ||
        // A session that ends right after the event could have held it.
        (session !== undefined && freed(at + 1)),
    );
  }
}

/** Found by trying: every multiple of the advance near the time. */
function startsOf({ size, advance }: { size: number; advance: number }, at: number): number[] {
  const starts: number[] = [];
  const from = Math.floor((at - size) / advance) * advance - advance;
  for (let start = from; start <= at; start += advance) if (start <= at && at < start + size) starts.push(start);
  return starts;
}

/** Any two events less than a gap apart, in the same stretch between cuts, are of one session: joined until nothing changes. */
function sessionsOf({ gap, maxDuration }: { gap: number; maxDuration: number }, events: readonly Judged[]) {
  let sessions = events.map((event) => [event]);
  const together = (one: Judged[], other: Judged[]) =>
    one.some((a) =>
      other.some(
        (b) => Math.abs(a.at - b.at) < gap && Math.floor(a.at / maxDuration) === Math.floor(b.at / maxDuration),
      ),
    );
  for (let joined = true; joined; ) {
    joined = false;
    for (const one of sessions) {
      const other = sessions.find((each) => each !== one && together(one, each));
      if (!other) continue;
      sessions = [...sessions.filter((each) => each !== one && each !== other), [...one, ...other]];
      joined = true;
      break;
    }
  }
  return sessions.map((some) => {
    const times = some.map(({ at }) => at);
    const start = Math.min(...times);
    const cut = (Math.floor(start / maxDuration) + 1) * maxDuration;
    return { start, end: Math.min(Math.max(...times) + gap, cut), events: some };
  });
}

function keyOf(value: unknown): unknown {
  return typeof value === 'boolean' ? Number(value) : (value ?? null);
}

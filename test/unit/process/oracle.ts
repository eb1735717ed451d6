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
    const groups = new Map<string, { row: OracleRow; events: OracleEvent[] }>();
    for (const [name, window] of Object.entries(this.windows))
      for (const event of this.judged.filter(({ verdict }) => verdict === 'aggregated').filter(window.where))
        for (const span of window.spans)
          for (const start of startsOf(span, event.at)) {
            const keys = window.by.map((field) => keyOf(event[field]));
            const identity = JSON.stringify([name, span.size, span.advance, start, keys]);
            const group = groups.get(identity) ?? {
              row: { window: name, ...span, start, keys, values: {} },
              events: [],
            };
            group.events.push(event);
            groups.set(identity, group);
          }
    for (const { row, events } of groups.values())
      for (const [aggregate, of] of Object.entries(this.windows[row.window]!.aggregates))
        row.values[aggregate] = of(events);
    return new Map([...groups].map(([identity, { row }]) => [identity, row]));
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
    return Object.values(this.windows).some(({ spans }) =>
      spans.some((span) =>
        startsOf(span, at).some((start) => this.watermark - this.plan.allowedLateness >= start + span.size - 1),
      ),
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

function keyOf(value: unknown): unknown {
  return typeof value === 'boolean' ? Number(value) : (value ?? null);
}

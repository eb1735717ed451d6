import { type Moment, momentOf } from '../observe/moment.js';
import type { PipelineLook, Snapshot } from '../observe/snapshot.js';
import type { Clock } from '../runtime/runtime.js';

const everyMs = 1_000;
/** So that a page that is opened shows what was before. */
const keptMs = 15 * 60_000;

/** One look a second at everything that runs, shared by all who ask. */
export class Feed {
  private readonly look: () => Promise<Snapshot>;
  private readonly clock: Clock;
  private readonly ended = new AbortController();
  private readonly history = new Map<string, Moment[]>();
  private readonly waiting = new Set<(snapshot: Snapshot | undefined) => void>();
  private newest: Snapshot | undefined;

  constructor(look: () => Promise<Snapshot>, clock: Clock) {
    this.look = look;
    this.clock = clock;
  }

  /** Looks until `end`; resolves then. Rejects for what a look throws: a profile that is wrong. */
  async run(): Promise<void> {
    while (!this.ended.signal.aborted) {
      const snapshot = await this.look();
      this.newest = snapshot;
      for (const look of snapshot.pipelines) this.remember(look, snapshot.at);
      this.tell(snapshot);
      await this.clock.sleep(everyMs, this.ended.signal).catch(() => undefined);
    }
  }

  end(): void {
    this.ended.abort();
    this.tell(undefined);
  }

  /** The newest look; waits for the first. Undefined once the feed has ended. */
  async now(): Promise<Snapshot | undefined> {
    return this.newest ?? (await this.next());
  }

  /** The look after this moment; one who does not come back in time misses some. */
  next(): Promise<Snapshot | undefined> {
    if (this.ended.signal.aborted) return Promise.resolve(undefined);
    return new Promise((resolve) => this.waiting.add(resolve));
  }

  /** From `since` (epoch ms) on, oldest first, no more than a quarter of an hour. */
  since(pipeline: string, since: number): Moment[] {
    return (this.history.get(pipeline) ?? []).filter(({ at }) => at >= since);
  }

  private tell(snapshot: Snapshot | undefined): void {
    const told = [...this.waiting];
    this.waiting.clear();
    for (const resolve of told) resolve(snapshot);
  }

  private remember(look: PipelineLook, at: number): void {
    const moments = this.history.get(look.pipeline) ?? [];
    moments.push(momentOf(look, at));
    while (moments[0]!.at < at - keptMs) moments.shift();
    this.history.set(look.pipeline, moments);
  }
}

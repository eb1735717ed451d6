import type { Plan } from '../../pipeline/plan.js';
import { SecondLatencies, type SecondLatency } from '../../run/report/second-latencies.js';
import type { Clock } from '../../runtime/runtime.js';
import { connectReader } from '../../sink/client.js';
import type { ClickHouseEndpoint } from '../../stack/endpoints.js';
import type { Workload } from '../workload/schema.js';
import { Canaries } from './canary.js';
import { QueryLoad, queriesAsked } from './query-load.js';

/** The name of a query's latencies among those of the stages. */
export function queryStage(name: string): string {
  return `query ${name}`;
}

/** What asks ClickHouse beside the load: the canaries' poller and the workload's queries. */
export class Beside {
  private readonly clock: Clock;
  private readonly plan: Plan;
  private readonly endpoint: ClickHouseEndpoint;
  private readonly canaries = new SecondLatencies<'canary'>(['canary']);
  private readonly queries: SecondLatencies<string>;
  private readonly workload: Pick<Workload, 'queries'>;
  private readonly asking = new AbortController();
  private readonly looking = new AbortController();

  constructor(clock: Clock, plan: Plan, endpoint: ClickHouseEndpoint, workload: Pick<Workload, 'queries'>) {
    this.clock = clock;
    this.plan = plan;
    this.endpoint = endpoint;
    this.workload = workload;
    this.queries = new SecondLatencies([...queriesAsked(plan, workload).keys()]);
  }

  /** Resolves when both have been told to stop. Throws when a query is wrong. */
  async run(): Promise<void> {
    const { clock, plan, workload } = this;
    // Apart, so that no query waits for a connection that a canary has.
    const [lookout, asker] = [connectReader(this.endpoint), connectReader(this.endpoint, { connections: 64 })];
    const load = new QueryLoad(asker, {
      queries: queriesAsked(plan, workload),
      intervalMs: workload.queries.interval_s * 1000,
      clock,
      latencies: this.queries,
    });
    try {
      await Promise.all([
        new Canaries(lookout, plan, clock, this.canaries).run(this.looking.signal),
        load.run(this.asking.signal),
      ]);
    } finally {
      this.stop();
      await Promise.all([lookout.close(), asker.close()]);
    }
  }

  /** No more queries; what has been asked is waited for. */
  stopAsking(): void {
    this.asking.abort();
  }

  stop(): void {
    this.asking.abort();
    this.looking.abort();
  }

  /** What was measured since the last call. */
  take(): SecondLatency[] {
    return [
      ...this.canaries.take(),
      ...this.queries.take().map((each) => ({ ...each, stage: queryStage(each.stage) })),
    ];
  }
}

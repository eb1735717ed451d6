import type { Plan } from '../../pipeline/plan.js';
import type { Values, Verdict } from './values.js';

/**
 * The verdicts of one partition, record after record, straight from the rules (docs/engine.md, Verdicts): a map of the ids that were aggregated with
 * their event times, and the highest time so far.
 */
export class PartitionJudge {
  private readonly plan: Plan;
  private highest = Number.NEGATIVE_INFINITY;
  private readonly aggregated = new Map<string, number>();
  /** Ids that were remembered when the forgotten ones were last removed. */
  private remembered = 1_000;

  constructor(plan: Plan) {
    this.plan = plan;
  }

  /** W_p: no event at or below this less allowed_lateness will be aggregated any more. */
  get watermark(): number {
    return this.highest - this.plan.outOfOrderness;
  }

  /** `event` is undefined when the record holds none. Says nothing of idleness: see `lateByIdleness`. */
  judge(event: Values | undefined, recordTime: number): Exclude<Verdict, 'late_idle'> {
    const { plan, watermark } = this;
    if (!event) return 'dead_letters';
    const time = event[plan.time] as number;
    if (time > recordTime + plan.maxFutureSkew) return 'dead_letters';
    if (time <= watermark - plan.allowedLateness) return 'late';
    const before = this.aggregated.get(event[plan.id] as string);
    return before !== undefined && before > watermark - plan.horizon ? 'duplicates' : 'aggregated';
  }

  /** To be called with each event that was aggregated, or late by idleness, before the next one is judged. */
  accept(event: Values, verdict: 'aggregated' | 'late_idle'): void {
    const { plan } = this;
    const time = event[plan.time] as number;
    if (verdict === 'aggregated') this.aggregated.set(event[plan.id] as string, time);
    this.highest = Math.max(this.highest, time);
    if (this.aggregated.size > 2 * this.remembered) this.forget();
  }

  private forget(): void {
    const limit = this.watermark - this.plan.horizon;
    for (const [id, time] of this.aggregated) if (time <= limit) this.aggregated.delete(id);
    this.remembered = Math.max(1_000, this.aggregated.size);
  }
}

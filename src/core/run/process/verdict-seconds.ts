import type { Batch } from '../../process/batch.js';
import { Verdict } from '../../process/verdict.js';

/** What became of the records whose intended time lies in one second. */
export interface SecondVerdicts {
  /** Epoch seconds. */
  second: number;
  aggregated: number;
  late: number;
  duplicates: number;
  dead_letters: number;
}

type Counted = keyof Omit<SecondVerdicts, 'second'>;

const countedAs: Record<Verdict, Counted> = {
  [Verdict.aggregated]: 'aggregated',
  [Verdict.deadLetter]: 'dead_letters',
  [Verdict.late]: 'late',
  [Verdict.lateIdle]: 'late',
  [Verdict.duplicate]: 'duplicates',
};

/** Counts verdicts as SecondLatencies does latencies: by when the record was due. */
export class VerdictSeconds {
  private seconds = new Map<number, SecondVerdicts>();

  add({ size, recordTimes }: Batch, verdicts: Uint8Array): void {
    for (let row = 0; row < size; row++)
      this.at(Math.floor(recordTimes[row]! / 1000))[countedAs[verdicts[row] as Verdict]]++;
  }

  /** Since the last call. */
  take(): SecondVerdicts[] {
    const taken = [...this.seconds.values()];
    this.seconds = new Map();
    return taken;
  }

  private at(second: number): SecondVerdicts {
    let counts = this.seconds.get(second);
    if (!counts) {
      counts = { second, aggregated: 0, late: 0, duplicates: 0, dead_letters: 0 };
      this.seconds.set(second, counts);
    }
    return counts;
  }
}

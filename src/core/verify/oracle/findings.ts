import { type Injection, injections, noVerdicts, type Verdict, type VerdictTally } from './values.js';

/** A record of which expectation and finding differ. */
export interface RecordDifference {
  partition: number;
  offset: number;
  expected: string;
  found: string;
}

const samplesOfAKind = 5;

/** What the trial of all partitions has found so far. */
export class Findings {
  /** Expected verdicts, by partition. */
  readonly verdicts = new Map<number, VerdictTally>();
  /** Rows of the raw table that should be there, and those that should not, by partition. */
  readonly missing = new Map<number, number>();
  readonly extra = new Map<number, number>();
  /** Rows with other values than the event had. */
  altered = 0;
  /** Late events and dead letters that are not in their topic, and records there that have another verdict. */
  lettersMissing = 0;
  lettersExtra = 0;
  /** Rows that are not there and may have expired, by partition. */
  readonly expired = new Map<number, number>();
  /** Records that nothing tells of any more. */
  untold = 0;
  /** Events that were joined with other rows than the metadata has now. */
  enrichedOtherwise = 0;
  /** What became of the records that the generator changed on purpose. */
  readonly injected = Object.fromEntries(injections.map((kind) => [kind, noVerdicts()])) as Record<
    Injection,
    VerdictTally
  >;
  private readonly samples = new Map<string, RecordDifference[]>();

  count(partition: number, verdict: Verdict, injected: Injection | undefined): void {
    this.verdictsOf(partition)[verdict]++;
    if (injected) this.injected[injected][verdict]++;
  }

  verdictsOf(partition: number): VerdictTally {
    const tally = this.verdicts.get(partition) ?? noVerdicts();
    this.verdicts.set(partition, tally);
    return tally;
  }

  rowMissing(partition: number, offset: number): void {
    increase(this.missing, partition, 1);
    this.sample('missing', { partition, offset, expected: 'a stored row: aggregated', found: 'no row' });
  }

  rowExpired(partition: number): void {
    increase(this.expired, partition, 1);
  }

  rowsExtra(partition: number, offset: number, rows: number, expected: string): void {
    increase(this.extra, partition, rows);
    const found = rows === 1 ? 'a row' : `${rows} rows`;
    this.sample('extra', { partition, offset, expected, found: `${found} too many` });
  }

  rowAltered(partition: number, offset: number, expected: string, found: string): void {
    this.altered++;
    this.sample('altered', { partition, offset, expected, found });
  }

  letterMissing(partition: number, offset: number, verdict: Verdict, topic: string): void {
    this.lettersMissing++;
    this.sample('letter missing', { partition, offset, expected: `in ${topic}: ${verdict}`, found: 'not there' });
  }

  letterExtra(partition: number, offset: number, expected: string, topic: string): void {
    this.lettersExtra++;
    this.sample('letter extra', { partition, offset, expected, found: `in ${topic}` });
  }

  /** A few of each kind. */
  differences(): RecordDifference[] {
    return [...this.samples.values()].flat();
  }

  private sample(kind: string, difference: RecordDifference): void {
    const known = this.samples.get(kind) ?? [];
    if (known.length < samplesOfAKind) this.samples.set(kind, [...known, difference]);
  }
}

function increase(counts: Map<number, number>, partition: number, by: number): void {
  counts.set(partition, (counts.get(partition) ?? 0) + by);
}

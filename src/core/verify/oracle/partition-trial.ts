import type { Plan } from '../../pipeline/plan.js';
import type { Incidents } from '../detectors/incidents.js';
import type { ExpectedWindows } from './expected-windows.js';
import type { Findings } from './findings.js';
import { PartitionJudge } from './judge.js';
import type { OracleRecord, StoredEvent, Values, Verdict } from './values.js';

/** What all partitions have in common. */
export interface Court {
  plan: Plan;
  findings: Findings;
  /** Undefined when no windows are to be compared. */
  windows: ExpectedWindows | undefined;
  /** Left out when nobody asks how well detectors do. */
  incidents?: Incidents | undefined;
  read: (value: Uint8Array | null) => Values | undefined;
  /** Fills the enriched columns by the metadata of now; undefined when there is none, and stored rows are believed. */
  enrich: ((event: Values) => void) | undefined;
  /** Whether the row of an event of this time may have expired. */
  expired(time: number): boolean;
}

/** What there is of one partition, apart from its records and rows. */
export interface Exhibits {
  partition: number;
  /** Offsets in the topics of late events and dead letters; undefined where the topic no longer has all. */
  late: Set<number> | undefined;
  dead: Set<number> | undefined;
  /** How many events the engine calls late by idleness: which ones depends on when it emitted, and on nothing that a topic tells. */
  lateByIdleness: number;
  /** The engine's watermark: no window that ends later was freed. */
  engineWatermark: number;
}

/** Holds the rows and letters of one partition against what its records must have become. */
export class PartitionTrial {
  readonly partition: number;
  private readonly court: Court;
  private readonly exhibits: Exhibits;
  private readonly judge: PartitionJudge;
  private allowance: number;

  constructor(court: Court, exhibits: Exhibits) {
    this.partition = exhibits.partition;
    this.court = court;
    this.exhibits = exhibits;
    this.judge = new PartitionJudge(court.plan);
    this.allowance = exhibits.lateByIdleness;
  }

  /** No event at or below this time will be aggregated any more. */
  get frontier(): number {
    return this.judge.watermark - this.court.plan.allowedLateness;
  }

  /** Records in offset order, and the stored rows of the same range of offsets. */
  hear(records: readonly OracleRecord[], rows: readonly StoredEvent[]): void {
    let next = 0;
    for (const record of records) {
      while (next < rows.length && rows[next]!.offset < record.offset) this.orphan(rows[next++]!);
      const from = next;
      while (next < rows.length && rows[next]!.offset === record.offset) next++;
      this.hearOne(record, rows.slice(from, next));
    }
    while (next < rows.length) this.orphan(rows[next++]!);
  }

  /** After the last record: letters that are left belong to none. `below` is where the engine stood. */
  close(below: number): void {
    const { plan, findings } = this.court;
    const { late, dead } = this.exhibits;
    const { late: lateTopic, deadLetters } = plan.topics;
    for (const [topic, left] of [
      [lateTopic, late],
      [deadLetters, dead],
    ] as const)
      for (const offset of left ?? [])
        if (offset < below) findings.letterExtra(this.partition, offset, 'another verdict', topic);
  }

  private hearOne(record: OracleRecord, rows: readonly StoredEvent[]): void {
    const { findings, windows, incidents, plan, read } = this.court;
    const { offset, recordTime, injected, anomaly, value } = record;
    const event = read(value);
    let verdict: Verdict = this.judge.judge(event, recordTime);
    if (event && rows.length === 0 && this.wasLateByIdleness(verdict, event, offset)) verdict = 'late_idle';
    findings.count(this.partition, verdict, injected);
    this.checkLetter(verdict, offset);
    if (verdict !== 'aggregated') {
      if (rows.length > 0) findings.rowsExtra(this.partition, offset, rows.length, verdict);
      if (verdict === 'late_idle') this.judge.accept(event!, verdict);
      return;
    }
    const time = event![plan.time] as number;
    this.judge.accept(event!, verdict);
    this.court.enrich?.(event!);
    this.checkRows(record, event!, rows);
    windows?.add(event!, { time, partition: this.partition, offset });
    if (anomaly) incidents?.add(anomaly, event!, { time, partition: this.partition });
  }

  private checkRows({ offset, recordTime }: OracleRecord, event: Values, rows: readonly StoredEvent[]): void {
    const { findings, plan, expired } = this.court;
    const [row] = rows;
    if (!row) {
      if (expired(event[plan.time] as number)) findings.rowExpired(this.partition);
      else findings.rowMissing(this.partition, offset);
      return;
    }
    if (rows.length > 1) findings.rowsExtra(this.partition, offset, rows.length - 1, 'one row: aggregated');
    const differing = plan.fields.findIndex(
      (_, column) => column < plan.eventFields && event[column] !== row.values[column],
    );
    if (differing >= 0) {
      const { name } = plan.fields[differing]!;
      const [expected, found] = [event[differing], row.values[differing]].map(
        (value) => `${name}: ${JSON.stringify(value)}`,
      );
      findings.rowAltered(this.partition, offset, expected!, found!);
    } else if (row.recordTime !== recordTime)
      findings.rowAltered(this.partition, offset, `_record_time: ${recordTime}`, `_record_time: ${row.recordTime}`);
    this.adoptEnriched(event, row);
  }

  /** Metadata may have changed since the event was joined: what it was joined with stands in its row alone. */
  private adoptEnriched(event: Values, { values }: StoredEvent): void {
    const { plan, enrich, findings } = this.court;
    let differs = false;
    for (let column = plan.eventFields; column < plan.fields.length; column++) {
      if (event[column] === values[column]) continue;
      event[column] = values[column]!;
      differs = true;
    }
    if (differs && enrich) findings.enrichedOtherwise++;
  }

  /** As many as the engine says, if they stand in the late topic and one of their windows may have been freed. */
  private wasLateByIdleness(verdict: Verdict, event: Values, offset: number): boolean {
    const { plan } = this.court;
    const { late, engineWatermark } = this.exhibits;
    if (this.allowance === 0 || (verdict !== 'aggregated' && verdict !== 'duplicates')) return false;
    if (
      !late?.has(offset) ||
      earliestEnd(plan, event[plan.time] as number) - 1 > engineWatermark - plan.allowedLateness
    )
      return false;
    this.allowance--;
    return true;
  }

  private checkLetter(verdict: Verdict, offset: number): void {
    const { late, dead } = this.exhibits;
    const { plan, findings } = this.court;
    const isLate = verdict === 'late' || verdict === 'late_idle';
    const [set, topic] = isLate ? [late, plan.topics.late] : [dead, plan.topics.deadLetters];
    if (isLate || verdict === 'dead_letters') {
      if (set && !set.delete(offset)) findings.letterMissing(this.partition, offset, verdict, topic);
    }
    for (const [other, name] of [
      [late, plan.topics.late],
      [dead, plan.topics.deadLetters],
    ] as const)
      if (other?.delete(offset)) findings.letterExtra(this.partition, offset, verdict, name);
  }

  private orphan({ offset }: StoredEvent): void {
    this.court.findings.rowsExtra(this.partition, offset, 1, 'no record of this offset, or none processed');
  }
}

/** End of the first window that an event of this time belongs to. */
function earliestEnd({ windows }: Plan, time: number): number {
  const ends = windows.flatMap((window) =>
    window.kind === 'session'
      ? [time + 1]
      : window.spans.map(({ size, advance }) => (Math.floor((time - size) / advance) + 1) * advance + size),
  );
  return Math.min(...ends);
}

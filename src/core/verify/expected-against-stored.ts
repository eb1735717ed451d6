import type { ClickHouseClient } from '@clickhouse/client';
import type { Plan } from '../pipeline/plan.js';
import { countWindows, type StoredWindowRow, storedWindows } from './evidence/stored-windows.js';
import { agrees, shown } from './oracle/agreement.js';
import { type ExpectedRow, type ExpectedWindows, identityOf, type SealedRows } from './oracle/expected-windows.js';
import type { Difference } from './report.js';
import type { WindowsFound } from './windows.js';

const samples = 5;
/** So many groups are compared at once: a statement's answer and what waits for it stay small. */
const groupsAtOnce = 100_000;

export interface ExpectedFound extends WindowsFound {
  /** Rows that must be stored. */
  expected: number;
}

/** Which windows must be stored: those that end at or before `upTo` and have not expired. */
export interface Due {
  upTo: number;
  expired(windowEnd: number): boolean;
}

/** Holds the oracle's windows against the stored ones, as soon as no event can change them any more. */
export class WindowComparison {
  readonly found: ExpectedFound = { checked: 0, wrong: 0, unchecked: 0, equal: 0, expected: 0, differences: [] };
  private readonly client: ClickHouseClient;
  private readonly plan: Plan;
  private readonly expected: ExpectedWindows;
  private readonly due: Due;
  private readonly note: (text: string) => void;

  constructor(client: ClickHouseClient, plan: Plan, expected: ExpectedWindows, due: Due, note: (text: string) => void) {
    this.client = client;
    this.plan = plan;
    this.expected = expected;
    this.due = due;
    this.note = note;
  }

  /** To be called now and then; compares when enough has come together. */
  async settle(frontier: number): Promise<void> {
    for (const given of this.expected.giveUp()) {
      this.found.unchecked += await countWindows(this.client, this.plan, given);
      const { name } = given.window;
      this.note(`${name}, ${given.size} ms: too many values to hold, so that only ClickHouse computes it anew`);
    }
    if (this.expected.groups > groupsAtOnce) await this.compare(frontier);
  }

  /** After the last event. */
  finish(): Promise<void> {
    return this.compare(Number.POSITIVE_INFINITY);
  }

  private async compare(frontier: number): Promise<void> {
    for (const sealed of this.expected.seal(frontier)) {
      for (const row of sealed.rows.values()) if (this.isDue(row)) this.found.expected++;
      const stored = await storedWindows(this.client, this.plan, sealed, sealed);
      for (const row of stored) this.judge(sealed, row);
      for (const row of sealed.rows.values()) if (this.isDue(row)) this.differ(sealed, row, undefined);
    }
  }

  /** Takes what it finds out of the expected rows. */
  private judge(sealed: SealedRows, row: StoredWindowRow): void {
    const identity = identityOf(row);
    const expected = sealed.rows.get(identity);
    sealed.rows.delete(identity);
    const isOpen = row.provisional && sealed.size === 0 && this.due.upTo !== Number.MAX_SAFE_INTEGER;
    // The row of an open session tells the end that it had when it was stored.
    if (!this.isDue(row) || (isOpen && !expected)) this.found.unchecked++;
    else if (expected && equal(sealed, expected, row)) {
      this.found.checked++;
      this.found.equal++;
    } else this.differ(sealed, expected, row);
  }

  private isDue({ end }: Pick<ExpectedRow, 'end'>): boolean {
    return end <= this.due.upTo && !this.due.expired(end);
  }

  private differ(
    { window, size }: SealedRows,
    expected: ExpectedRow | undefined,
    stored: StoredWindowRow | undefined,
  ): void {
    const { found } = this;
    found.checked++;
    found.wrong++;
    if (found.differences.length >= samples) return;
    const { start, keys } = (expected ?? stored)!;
    const difference: Difference = {
      window: window.name,
      size_ms: size,
      start: new Date(start).toISOString(),
      keys,
      expected: expected ? window.aggregates.map((each, index) => shown(each, expected.results[index]!)) : null,
      stored: stored ? stored.values : null,
    };
    found.differences.push(difference);
  }
}

function equal({ window }: SealedRows, expected: ExpectedRow, { values }: StoredWindowRow): boolean {
  return window.aggregates.every((aggregate, index) => agrees(aggregate, expected.results[index]!, values[index]));
}

import { mkdtempSync, readdirSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Dictionary } from '../../../../src/core/process/dictionary.js';
import { EnrichmentTables } from '../../../../src/core/process/enrich.js';
import { JoinedRows } from '../../../../src/core/run/process/joined-rows.js';
import { Journal } from '../../../../src/core/run/process/journal.js';
import { shopPlan } from '../../pipeline/fixtures.js';
import { checkpointAt } from './checkpoints.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pipe-history-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const plan = shopPlan();
const joinedRows = () => new JoinedRows(new EnrichmentTables(plan, new Dictionary()), plan.enrich.length);
const start = () => new Journal(folder, () => undefined);

/** An engine that judges blocks of one record, whose product p1 changes its price now and then. */
class Trial {
  readonly journal = start();
  position = 0;
  price = 1;
  /** The price by the offset of the record that was judged with it. */
  readonly judged: number[] = [];

  checkpoint({ basis }: { basis: boolean }): void {
    const rows = [[{ key: 'p1', values: ['c1', this.price] }], []];
    this.journal.checkpoint(
      checkpointAt(this.journal.lastIntent),
      basis ? { pipeline: 'hash', enrichment: rows } : undefined,
    );
  }

  block(): void {
    this.journal.begin([{ partition: 0, from: this.position, to: ++this.position }], null);
    this.judged.push(this.price);
  }

  change(): void {
    this.price++;
    const changes = [new Map([['p1', ['c1', this.price]]]), new Map()];
    this.journal.change({ from: { 0: this.position }, changes });
  }
}

/** What a recovery judges the outstanding blocks by, and what it ends with. */
function recovered(): { prices: Record<number, number>; last: number } {
  const journal = start();
  const joined = joinedRows();
  const history = journal.historyOf(joined);
  const price = () => joined.rows()[0]![0]!.values[1] as number;
  const prices: Record<number, number> = {};
  for (const { after, intent } of journal.outstanding) {
    history.moveTo(after, intent.ranges);
    prices[intent.ranges[0]!.from] = price();
  }
  history.moveToEnd(journal.checkpointNumber);
  return { prices, last: price() };
}

it('gives each block the rows that it was judged by, whether they changed before or after the checkpoint', () => {
  const trial = new Trial();
  trial.checkpoint({ basis: true });
  trial.block();
  trial.change();
  trial.block();
  trial.checkpoint({ basis: false });
  trial.block();
  trial.change();
  trial.change();
  trial.block();
  trial.block();
  trial.change();
  const { prices, last } = recovered();
  expect(prices).toEqual({ 2: trial.judged[2], 3: trial.judged[3], 4: trial.judged[4] });
  expect(trial.judged).toEqual([1, 2, 2, 4, 4]);
  expect(last).toBe(5);
});

it('goes over a new basis, also when its checkpoint cannot be read', () => {
  const trial = new Trial();
  trial.checkpoint({ basis: true });
  trial.change();
  trial.block();
  trial.checkpoint({ basis: true });
  trial.block();
  trial.change();
  trial.block();
  expect(
    readdirSync(folder)
      .filter((name) => name.endsWith('.changes'))
      .sort(),
  ).toEqual(['1.changes', '2.changes']);
  expect(recovered()).toEqual({ prices: { 1: 2, 2: 3 }, last: 3 });
  truncateSync(join(folder, '2.checkpoint'), 40);
  expect(recovered()).toEqual({ prices: { 0: 2, 1: 2, 2: 3 }, last: 3 });
});

it('a new basis is due once changes outgrow it, and its changes go with it', () => {
  const trial = new Trial();
  trial.checkpoint({ basis: true });
  expect(trial.journal.outgrown).toBe(false);
  const name = 'x'.repeat(1 << 20);
  trial.journal.change({ from: { 0: 0 }, changes: [new Map([['p1', [name, 1]]]), new Map()] });
  expect(trial.journal.outgrown).toBe(true);
  trial.checkpoint({ basis: true });
  expect(trial.journal.outgrown).toBe(false);
  trial.checkpoint({ basis: false });
  expect(readdirSync(folder).filter((each) => each.endsWith('.changes'))).toEqual([]);
});

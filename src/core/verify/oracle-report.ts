import type { LedgerTotals } from '../run/ledger/close.js';
import type { CheckpointMeta } from '../run/process/checkpoint.js';
import type { Answer } from './independent.js';
import { injections, noVerdicts, verdicts } from './oracle/values.js';
import type { InjectedReport, OracleReport } from './report.js';

/** What the oracle answered, with the engine's own counts held against its. */
export function oracleReport(answer: Answer, state: CheckpointMeta, durationMs: number): OracleReport {
  const { findings, windows, told } = answer;
  const tally = noVerdicts();
  for (const of of findings.verdicts.values()) for (const verdict of verdicts) tally[verdict] += of[verdict];
  return {
    source: told.topic === 0 ? 'ledger' : told.ledger === 0 ? 'topic' : 'both',
    records: told.ledger + told.topic,
    from_topic: told.topic,
    verdicts: tally,
    missing: sum(findings.missing),
    extra: sum(findings.extra),
    altered: findings.altered,
    letters: { missing: findings.lettersMissing, extra: findings.lettersExtra },
    miscounted: miscounted(answer, state),
    unchecked: sum(findings.expired) + findings.untold,
    expected_windows: windows.expected,
    windows: { checked: windows.checked, wrong: windows.wrong, unchecked: windows.unchecked },
    enriched_otherwise: findings.enrichedOtherwise,
    duration_s: Math.round(durationMs) / 1000,
    differences: findings.differences(),
  };
}

/** Every injected event by what became of it. What the ledgers say was sent and no partition brought must be in flight. */
export function injectedReport(answer: Answer, ledgers: readonly LedgerTotals[], inFlight: number): InjectedReport {
  const { findings, untold } = answer;
  const totals = { late: 0, repeated: 0, discarded: 0, corrupted: 0 };
  let expected = 0;
  for (const { partitions } of ledgers)
    for (const { partition, injected } of partitions) {
      for (const kind of Object.keys(totals) as (keyof typeof totals)[]) totals[kind] += injected[kind];
      if (!untold.includes(partition)) for (const kind of injections) expected += injected[kind];
    }
  const found = injections.reduce((all, kind) => all + total(findings.injected[kind]), 0);
  const notConsumed = Math.max(0, Math.min(expected - found, inFlight));
  return {
    ...totals,
    verdicts: findings.injected,
    in_flight: notConsumed,
    unaccounted: Math.abs(expected - found - notConsumed),
  };
}

export function oracleAgrees({ missing, extra, altered, letters, miscounted, windows }: OracleReport): boolean {
  return [missing, extra, altered, letters.missing, letters.extra, miscounted, windows.wrong].every(
    (count) => count === 0,
  );
}

function miscounted({ findings, untold }: Answer, state: CheckpointMeta): number {
  let differing = 0;
  for (const [partition, counts] of Object.entries(state.verdicts)) {
    if (untold.includes(Number(partition))) continue;
    const expected = findings.verdicts.get(Number(partition)) ?? noVerdicts();
    for (const verdict of verdicts) differing += Math.abs(expected[verdict] - counts[verdict]);
  }
  return differing;
}

function sum(counts: ReadonlyMap<number, number>): number {
  return [...counts.values()].reduce((all, count) => all + count, 0);
}

function total(tally: Readonly<Record<string, number>>): number {
  return Object.values(tally).reduce((all, count) => all + count, 0);
}

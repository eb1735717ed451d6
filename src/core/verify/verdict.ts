import type { Answer } from './independent.js';
import { oracleAgrees } from './oracle-report.js';
import type { AlertReport, InjectedReport, OracleReport, PartitionReport, VerifyReport } from './report.js';
import type { WindowsFound } from './windows.js';

const mostDifferences = 5;

/** What the witnesses say without the oracle. */
export function reportOf(
  partitions: PartitionReport[],
  windows: WindowsFound,
  alerts: AlertReport,
  notes: string[],
): VerifyReport {
  const sum = (of: (partition: PartitionReport) => number) => partitions.reduce((total, each) => total + of(each), 0);
  const missing = sum((each) => each.missing);
  const extra = sum((each) => each.extra);
  const recomputed = { checked: windows.checked, wrong: windows.wrong, unchecked: windows.unchecked };
  return {
    ok: missing === 0 && extra === 0 && windows.wrong === 0 && alertsAgree(alerts),
    produced: sum((each) => each.produced),
    stored: sum((each) => each.stored),
    late: sum((each) => each.late),
    duplicates: sum((each) => each.duplicates),
    dead_letters: sum((each) => each.dead_letters),
    in_flight: sum((each) => each.in_flight),
    missing,
    expired: sum((each) => each.expired),
    extra,
    windows: recomputed,
    alerts,
    accuracy: accuracyOf(windows),
    partitions,
    differences: windows.differences,
    recomputed,
    notes,
  };
}

function alertsAgree({ missing, extra, doubled, altered }: AlertReport): boolean {
  return [missing, extra, doubled, altered].every((count) => count === 0);
}

/** Where two witnesses looked at the same thing, the larger number of faults counts, and the oracle's word when they agree. */
export function withOracle(
  report: VerifyReport,
  { findings, windows }: Answer,
  oracle: OracleReport,
  injected: InjectedReport,
): VerifyReport {
  const partitions = report.partitions.map((each) => ({
    ...each,
    missing: Math.max(each.missing, findings.missing.get(each.partition) ?? 0),
    extra: Math.max(each.extra, findings.extra.get(each.partition) ?? 0),
  }));
  const sum = (of: (partition: PartitionReport) => number) => partitions.reduce((total, each) => total + of(each), 0);
  const judged = windows.checked > 0 && windows.wrong >= report.recomputed.wrong;
  const extra = sum((each) => each.extra);
  return {
    ...report,
    ok: report.ok && oracleAgrees(oracle) && injected.unaccounted === 0,
    missing: sum((each) => each.missing) + oracle.letters.missing,
    extra: Math.max(extra, oracle.extra) + oracle.letters.extra,
    windows: judged ? oracle.windows : report.windows,
    accuracy: Math.min(accuracyOf(windows), report.accuracy),
    partitions,
    differences: [...windows.differences, ...report.differences].slice(0, mostDifferences),
    oracle,
    injected,
  };
}

function accuracyOf({ checked, equal }: WindowsFound): number {
  return checked === 0 ? 100 : (100 * equal) / checked;
}

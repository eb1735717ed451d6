import type { VerifyReport } from '../verify/report.js';
import { whole } from './numbers.js';
import { table } from './table.js';

export function verifySummary(report: VerifyReport): string {
  const { windows } = report;
  return [
    table(
      ['produced', 'stored', 'late', 'duplicates', 'dead letters', 'in flight', 'missing', 'extra'],
      [
        [
          report.produced,
          report.stored,
          report.late,
          report.duplicates,
          report.dead_letters,
          report.in_flight,
          report.missing,
          report.extra,
        ].map(whole),
      ],
    ),
    '',
    `windows: ${whole(windows.checked)} checked, ${whole(windows.wrong)} wrong, ${whole(windows.unchecked)} unchecked; accuracy ${report.accuracy.toFixed(3)} %`,
    ...report.differences.map(
      (difference) =>
        `  ${difference.window} ${difference.size_ms} ms, ${difference.start}, ${JSON.stringify(difference.keys)}: expected ${JSON.stringify(difference.expected)}, stored ${JSON.stringify(difference.stored)}`,
    ),
    ...report.notes,
    verdictLine(report),
  ].join('\n');
}

function verdictLine({ ok, missing, extra, windows }: VerifyReport): string {
  if (ok) return '✓ nothing missing, nothing extra, nothing wrong';
  return `✗ missing ${whole(missing)}, extra ${whole(extra)}, wrong windows ${whole(windows.wrong)}`;
}

import type {
  AlertReport,
  DetectorReport,
  InjectedReport,
  OracleReport,
  VerifyReport,
  WindowCounts,
} from '../verify/report.js';
import { whole } from './numbers.js';
import { table } from './table.js';

export function verifySummary(report: VerifyReport): string {
  const { windows, oracle, injected } = report;
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
    ...(oracle ? oracleLines(oracle) : []),
    `ClickHouse's own windows from the raw rows: ${counted(report.recomputed)}`,
    ...alertLines(report.alerts),
    ...(injected ? injectedLines(injected) : []),
    ...(report.detectors ? detectorLines(report.detectors) : []),
    ...report.differences.map(
      (difference) =>
        `  ${difference.window} ${difference.size_ms} ms, ${difference.start}, ${JSON.stringify(difference.keys)}: expected ${JSON.stringify(difference.expected)}, stored ${JSON.stringify(difference.stored)}`,
    ),
    ...report.notes,
    verdictLine(report),
  ].join('\n');
}

function oracleLines(oracle: OracleReport): string[] {
  const { missing, extra, altered, letters, miscounted, unchecked } = oracle;
  const faults = {
    missing,
    extra,
    altered,
    'letters missing': letters.missing,
    'letters extra': letters.extra,
    miscounted,
  };
  const found = Object.entries(faults).filter(([, count]) => count > 0);
  const faultText =
    found.length === 0 ? 'all as expected' : found.map(([what, count]) => `${what} ${whole(count)}`).join(', ');
  const told = {
    ledger: 'seed and ledger',
    topic: 'the topic',
    both: `seed and ledger, ${whole(oracle.from_topic)} from the topic`,
  };
  return [
    `oracle, by ${told[oracle.source]}: ${whole(oracle.records)} records: ${faultText}${unchecked > 0 ? `, ${whole(unchecked)} unchecked` : ''}; windows: ${counted(oracle.windows)} (${oracle.duration_s.toFixed(1)} s)`,
    ...(oracle.enriched_otherwise > 0
      ? [
          `  ${whole(oracle.enriched_otherwise)} events were joined with metadata that has changed since, and taken as stored`,
        ]
      : []),
    ...oracle.differences.map(
      ({ partition, offset, expected, found: there }) =>
        `  partition ${partition}, offset ${offset}: expected ${expected}, found ${there}`,
    ),
  ];
}

function injectedLines(injected: InjectedReport): string[] {
  const { late, repeated, discarded, corrupted, verdicts, in_flight: inFlight, unaccounted } = injected;
  if (late + repeated + discarded + corrupted === 0) return [];
  const became = (kind: keyof typeof verdicts) =>
    Object.entries(verdicts[kind])
      .filter(([, count]) => count > 0)
      .map(([verdict, count]) => `${verdict.replaceAll('_', ' ')} ${whole(count)}`)
      .join(', ') || 'nothing yet';
  return [
    'injected on purpose, and what became of it:',
    ...(['late', 'repeated', 'corrupted'] as const).map(
      (kind) => `  ${kind} ${whole(injected[kind])}: ${became(kind)}`,
    ),
    `  discarded ${whole(discarded)}: never sent`,
    ...(inFlight > 0 ? [`  not consumed yet: ${whole(inFlight)}`] : []),
    ...(unaccounted > 0 ? [`  unaccounted for: ${whole(unaccounted)}`] : []),
  ];
}

/** Detectors that are for nothing which the generator does are told by their alerts alone. */
function detectorLines(detectors: readonly DetectorReport[]): string[] {
  if (detectors.length === 0) return ['detectors: the pipeline has none'];
  const rounded = (value: number | null) => value?.toFixed(3) ?? null;
  const rows = detectors.map((each) => [
    each.detector,
    each.finds.join(', ') || null,
    ...[each.alerts, each.true_alerts, each.false_alerts, each.incidents, each.found].map((count) =>
      count === null ? null : whole(count),
    ),
    rounded(each.precision),
    rounded(each.recall),
    each.delay_ms === null ? null : whole(each.delay_ms),
  ]);
  const head = [
    'detector',
    'finds',
    'alerts',
    'true',
    'false',
    'incidents',
    'found',
    'precision',
    'recall',
    'delay ms',
  ];
  return ['', "detectors against the generator's anomalies (delay: median, in event time)", table(head, rows), ''];
}

function counted({ checked, wrong, unchecked }: WindowCounts): string {
  return `${whole(checked)} checked, ${whole(wrong)} wrong, ${whole(unchecked)} unchecked`;
}

/** Nothing for a pipeline that has raised none. */
function alertLines(alerts: AlertReport): string[] {
  const { raised, stored, in_topic: inTopic, doubled, missing, extra, altered } = alerts;
  if (raised + stored + (inTopic ?? 0) === 0) return [];
  const sent = inTopic === null ? '' : `, ${whole(inTopic)} in the topic`;
  return [
    `alerts: ${whole(raised)} raised, ${whole(stored)} stored${sent}; ${whole(doubled)} doubled, ${whole(missing)} missing, ${whole(extra)} extra, ${whole(altered)} altered`,
  ];
}

function verdictLine({ ok, missing, extra, windows, alerts, oracle }: VerifyReport): string {
  if (ok) return '✓ nothing missing, nothing extra, nothing wrong';
  const more = [
    oracle && oracle.altered > 0 ? `, altered rows ${whole(oracle.altered)}` : '',
    alerts.missing > 0 ? `, missing alerts ${whole(alerts.missing)}` : '',
    alerts.altered > 0 ? `, altered alerts ${whole(alerts.altered)}` : '',
    alerts.extra + alerts.doubled > 0 ? `, extra alerts ${whole(alerts.extra + alerts.doubled)}` : '',
  ];
  return `✗ missing ${whole(missing)}, extra ${whole(extra)}, wrong windows ${whole(windows.wrong)}${more.join('')}`;
}

import type { Alert } from '../process/detect/kind.js';
import { cellOf } from './present-query.js';
import { table } from './table.js';

const widestEvidence = 40;
const significantDigits = 6;

/** Alerts as a process or demo shows them: time of day, who, how bad, about what, why. */
export function alertsTable(alerts: readonly Alert[]): string {
  return table(
    ['time (UTC)', 'detector', 'severity', 'keys', 'evidence'],
    alerts.map(({ time, detector, severity, keys, evidence }) => [
      new Date(time)
        .toISOString()
        .slice('2026-01-31T'.length, -1)
        .replace(/\.000$/, ''),
      detector,
      severity,
      pairs(keys),
      cut(pairs(evidence)),
    ]),
  );
}

function pairs(values: Alert['evidence']): string {
  const texts = Object.entries(values).map(([name, value]) => {
    const short = typeof value === 'number' ? Number(value.toPrecision(significantDigits)) : value;
    return `${name}=${cellOf(short) ?? 'null'}`;
  });
  return texts.join(' ');
}

function cut(text: string): string {
  return text.length > widestEvidence ? `${text.slice(0, widestEvidence - 1)}…` : text;
}

import type { Stored } from '../../observe/stored.js';
import { count } from './figures.js';
import type { Listed } from './listed.js';

const reading = 'Reading …';

export function windowList({ windows, problems }: Stored, read: boolean): Listed {
  return {
    columns: [
      { head: 'window', width: 18 },
      { head: 'size', width: 4, right: true },
      { head: 'start', width: 8 },
      { head: 'of', width: 22 },
      { head: 'figures', width: 200 },
    ],
    notes: problems,
    none: read ? 'No window is stored yet.' : reading,
    rows: windows.flatMap(({ pipeline, window, size = '', by, rows }) =>
      rows.map((row) => {
        const keys = by.map((name) => row[name]).join(' ');
        const figures = Object.entries(row).filter(([name]) => !by.includes(name) && !/^(window_|_)/.test(name));
        return {
          id: [pipeline, window, size, row.window_start, keys].join(' '),
          cells: [
            severalPipelines(windows) ? `${pipeline}.${window}` : window,
            size,
            clockTime(row.window_start!),
            keys,
            figures.map(([name, value]) => `${name} ${value}`).join(', '),
          ],
          detail: Object.entries(row),
        };
      }),
    ),
  };
}

export function alertList({ alerts, problems }: Stored, read: boolean): Listed {
  return {
    columns: [
      { head: 'time', width: 8 },
      { head: 'severity', width: 8 },
      { head: 'detector', width: 26 },
      { head: 'of', width: 200 },
    ],
    notes: problems,
    none: read ? 'No alert is stored yet.' : reading,
    rows: alerts.map((alert) => ({
      id: `${alert.pipeline} ${alert.id}`,
      bad: alert.severity === 'critical',
      cells: [clockTime(alert.time), alert.severity, `${alert.pipeline}.${alert.detector}`, pairs(alert.keys)],
      detail: Object.entries(alert),
    })),
  };
}

export function letterList({ letters, problems }: Stored, read: boolean): Listed {
  return {
    columns: [
      { head: 'time', width: 8 },
      { head: 'pipeline', width: 12 },
      { head: 'record', width: 14 },
      { head: 'reason', width: 16 },
      { head: 'field and key', width: 200 },
    ],
    notes: [
      ...problems,
      ...letters.map(({ pipeline, total, by_reason }) => {
        const reasons = Object.entries(by_reason).map(([reason, of]) => `${reason} ${count(of)}`);
        return `${pipeline}: ${count(total)}${reasons.length > 0 ? `: ${reasons.join(', ')}` : ''}`;
      }),
    ],
    none: read ? 'No dead letter.' : reading,
    rows: letters.flatMap(({ pipeline, letters: newest }) =>
      newest.map((letter) => {
        const record = `${letter.partition}:${letter.offset}`;
        return {
          id: `${pipeline} ${record}`,
          cells: [
            clockTime(letter.time),
            pipeline,
            record,
            letter.reason,
            [letter.field ?? '-', letter.key ?? '-'].join(' '),
          ],
          detail: [
            ...Object.entries({ pipeline, ...letter }).map(([name, value]) => [name, String(value ?? '-')] as const),
            ['in full', `pipe dlq show ${record}, with --domain or --pipeline`] as const,
          ],
        };
      }),
    ),
  };
}

/** 12:34:56 of an instant in ISO 8601. */
function clockTime(instant: string): string {
  return instant.slice(11, 19);
}

function severalPipelines(windows: Stored['windows']): boolean {
  return new Set(windows.map(({ pipeline }) => pipeline)).size > 1;
}

/** A JSON object as names and values. */
function pairs(json: string): string {
  return Object.entries(JSON.parse(json) as Record<string, unknown>)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
}

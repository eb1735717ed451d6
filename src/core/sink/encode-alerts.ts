import type { Alert } from '../process/detect/kind.js';
import { alertColumns } from './columns.js';
import type { RowBuffer } from './row-buffer.js';

/** Names in the order in which `appendAlerts` writes the values. */
export const alertColumnNames: readonly string[] = alertColumns.map(({ name }) => name);

/** Encodes alerts as rows of their table; `raisedAt` is epoch milliseconds. */
export function appendAlerts(buffer: RowBuffer, alerts: readonly Alert[], raisedAt: number): void {
  for (const alert of alerts) {
    buffer.beginRow(fixedWidth);
    buffer.text(alert.id);
    buffer.text(alert.detector);
    buffer.text(alert.kind);
    buffer.text(alert.severity);
    buffer.text(JSON.stringify(alert.keys));
    buffer.int64(alert.time);
    buffer.uint16(alert.partition);
    buffer.int64(alert.offset);
    buffer.text(JSON.stringify(alert.evidence));
    buffer.int64(raisedAt);
  }
}

/** Bytes of the values that are not text. */
const fixedWidth = 8 + 2 + 8 + 8;

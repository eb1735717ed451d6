import type { Alert } from '../process/detect/kind.js';
import type { NativeBlock } from './native-block.js';

/** Appends alerts to a block of `alertColumns`; `raisedAt` is epoch milliseconds. */
export function appendAlerts(block: NativeBlock, alerts: readonly Alert[], raisedAt: number): void {
  const columns = block.columns.map(({ values }) => values);
  for (const column of columns) column.reserve(alerts.length * 8);
  const [id, detector, kind, severity, keys, time, partition, offset, evidence, raised] = columns;
  for (const alert of alerts) {
    id!.text(alert.id);
    detector!.text(alert.detector);
    kind!.text(alert.kind);
    severity!.text(alert.severity);
    keys!.text(JSON.stringify(alert.keys));
    time!.int64(alert.time);
    partition!.uint16(alert.partition);
    offset!.int64(alert.offset);
    evidence!.text(JSON.stringify(alert.evidence));
    raised!.int64(raisedAt);
  }
  block.rows += alerts.length;
}

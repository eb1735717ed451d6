import { messageOf } from '../../runtime/errors.js';
import type { Runtime } from '../../runtime/runtime.js';
import type { InsertOptions } from '../../sink/insert.js';

/** ClickHouse away is waited for, with growing pauses, until the run is told to stop. */
export function patientInserts({ signal, note }: Pick<Runtime, 'signal' | 'note'>): InsertOptions {
  return {
    retries: Number.POSITIVE_INFINITY,
    signal,
    onRetry: ({ error, number }) => note(`ClickHouse: ${messageOf(error)}; attempt ${number + 1} follows`),
  };
}

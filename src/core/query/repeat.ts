import type { ClickHouseClient } from '@clickhouse/client';
import type { Clock } from '../runtime/runtime.js';
import { formatSettings } from './ask.js';
import { type ExecuteOptions, execute, type Statement } from './execute.js';
import { serverFormat } from './formats.js';
import { type Latency, latencyOf } from './latency.js';

/**
 * Runs a statement `times` times, one after the other, and measures each from the request to the last byte of its answer. Stops early when
 * the signal aborts; the quantiles are then of the runs that ended.
 */
export async function measureRepeats(
  client: ClickHouseClient,
  statement: Statement,
  limits: Pick<ExecuteOptions, 'timeoutMs' | 'signal'>,
  times: number,
  clock: Pick<Clock, 'monotonic'>,
): Promise<Latency> {
  const milliseconds: number[] = [];
  while (milliseconds.length < times && !limits.signal?.aborted) {
    const before = clock.monotonic();
    try {
      await readThrough(client, statement, limits);
    } catch (error) {
      if (limits.signal?.aborted) break;
      throw error;
    }
    milliseconds.push(clock.monotonic() - before);
  }
  return latencyOf(milliseconds);
}

/** Runs a statement and resolves with the last byte of its answer, which is thrown away. */
export async function readThrough(
  client: ClickHouseClient,
  statement: Statement,
  limits: Pick<ExecuteOptions, 'timeoutMs' | 'signal'>,
): Promise<void> {
  const options = { ...limits, format: serverFormat.ndjson, settings: formatSettings() };
  const { stream } = await execute(client, statement, options);
  stream.resume();
  await new Promise((resolve, reject) => stream.once('end', resolve).once('error', reject));
}

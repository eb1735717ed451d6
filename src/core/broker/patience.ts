import type { KafkaClient } from './client.js';
import { unreachable } from './client.js';
import { isRetriable } from './protocol/failure.js';

const firstPauseMs = 50;
const longestPauseMs = 1_000;

/**
 * Asks again after each retriable failure, with fresh metadata, until `patienceMs` have gone by; then throws the missing error of a cluster that
 * does not answer. For whatever may be asked twice.
 */
export async function patiently<T>(client: KafkaClient, ask: () => Promise<T>, patienceMs = 20_000): Promise<T> {
  const { clock, cluster, endpoint } = client;
  const deadline = clock.monotonic() + patienceMs;
  for (let pause = firstPauseMs; ; pause = Math.min(pause * 2, longestPauseMs)) {
    try {
      return await ask();
    } catch (error) {
      if (!isRetriable(error)) throw error;
      if (clock.monotonic() + pause > deadline) throw unreachable(endpoint, error);
      await clock.sleep(pause);
      await cluster.refreshMetadata().catch(() => undefined);
    }
  }
}

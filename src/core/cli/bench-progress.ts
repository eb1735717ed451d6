import type { BenchSecond } from '../bench/measure/second.js';
import type { BenchHooks } from '../bench/options.js';
import type { Runtime } from '../runtime/runtime.js';
import { rate, whole } from './numbers.js';
import { stackReporter } from './stack-view.js';

/** What is told of a bench while it runs. `close` ends it. */
export type BenchProgress = BenchHooks & { close(): void };

const secondsBetweenLines = 5;

/** Lines with a timestamp, every five seconds one of how the load goes. */
export function benchLines({ note, clock }: Pick<Runtime, 'note' | 'clock'>): BenchProgress {
  let last = Number.NEGATIVE_INFINITY;
  return {
    onStep: (step) => note(`▸ ${step}`),
    onStack: stackReporter(note, () => clock.now()),
    note,
    onSecond(second) {
      if (clock.monotonic() - last < secondsBetweenLines * 1000) return;
      last = clock.monotonic();
      note(`${new Date(clock.now()).toISOString()} ${secondLine(second)}`);
    },
    close: () => undefined,
  };
}

/** How the load goes, in one line. */
export function secondLine({ phase, elapsedS, acked, lag, latency, thresholds }: BenchSecond): string {
  const e2e = latency.e2e ? `, e2e p50 ${latency.e2e.p50.toFixed(0)} ms p99 ${latency.e2e.p99.toFixed(0)} ms` : '';
  const known = phase === 'warm-up' ? [] : thresholds.filter(({ actual }) => actual !== null);
  const failing = known.filter(({ ok }) => !ok).map(({ expression }) => expression);
  const at = elapsedS > 0 ? `${phase} ${elapsedS.toFixed(0)} s` : phase;
  return `${at}: ${rate(acked)}, lag ${whole(lag)}${e2e}${failing.length > 0 ? `; ✗ ${failing.join(', ')}` : ''}`;
}

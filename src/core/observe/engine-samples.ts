import type { EngineFigures, EngineLook } from '../run/process/engine-look.js';
import type { Clock } from '../runtime/runtime.js';
import type { Sample } from './sample.js';

/** Longer a scrape does not wait for the broker. */
const lagWaitMs = 2_000;

/** What there is to tell of an engine. Asks the broker for the lag, once at a time. */
export function engineSamples(look: EngineLook, clock: Clock): () => Promise<Sample[]> {
  let asked: Promise<ReadonlyMap<number, number>> | undefined;
  const lag = async (): Promise<ReadonlyMap<number, number>> => {
    asked ??= look
      .lag()
      .catch(() => new Map())
      .finally(() => {
        asked = undefined;
      });
    const answered = new AbortController();
    // A timer that is left would hold up the end of the process.
    const late = clock.sleep(lagWaitMs, answered.signal).then(
      () => new Map(),
      () => new Map(),
    );
    return Promise.race([asked, late]).finally(() => answered.abort());
  };
  return async () => {
    const [lags, figures] = await Promise.all([lag(), look.figures()]);
    return [...standing(look), ...lagSamples(lags), ...figureSamples(figures)];
  };
}

function standing(look: EngineLook): Sample[] {
  const { verdicts, windowsEmitted, watermark } = look.progress();
  const { aggregated, late, lateIdle, duplicates, deadLetters } = verdicts;
  const checkpoint = look.checkpoint();
  return [
    judged('aggregated', aggregated),
    judged('late', late + lateIdle),
    judged('duplicate', duplicates),
    judged('dead_letter', deadLetters),
    { name: 'pipe_engine_windows_total', value: windowsEmitted },
    { name: 'pipe_engine_alerts_total', value: look.alerts() },
    ...(Number.isFinite(watermark)
      ? [{ name: 'pipe_engine_watermark_timestamp_seconds', value: watermark / 1000 } as const]
      : []),
    ...(checkpoint
      ? ([
          { name: 'pipe_engine_checkpoint_timestamp_seconds', value: checkpoint.at / 1000 },
          { name: 'pipe_engine_checkpoint_duration_seconds', value: checkpoint.ms / 1000 },
          { name: 'pipe_engine_checkpoint_bytes', value: checkpoint.bytes },
        ] as const)
      : []),
    ...Object.entries(look.deadLetters()).map(
      ([reason, value]): Sample => ({ name: 'pipe_engine_dead_letters_total', labels: { reason }, value }),
    ),
  ];
}

function figureSamples({ rows, inserts, state }: EngineFigures): Sample[] {
  const part = (name: string, value: number): Sample => ({
    name: 'pipe_engine_state_bytes',
    labels: { part: name },
    value,
  });
  return [
    { name: 'pipe_engine_e2e_latency_seconds', value: rows },
    { name: 'pipe_engine_insert_latency_seconds', value: inserts },
    part('windows', state.windowBytes),
    part('deduplication', state.deduplicationBytes),
    part('detectors', state.detectorBytes),
  ];
}

function judged(verdict: string, value: number): Sample {
  return { name: 'pipe_engine_records_total', labels: { verdict }, value };
}

function lagSamples(lag: ReadonlyMap<number, number>): Sample[] {
  return [...lag].map(([partition, value]) => ({
    name: 'pipe_engine_lag_records',
    labels: { partition: String(partition) },
    value,
  }));
}

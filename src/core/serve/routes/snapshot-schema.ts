import { z } from 'zod';
import type { Snapshot } from '../../observe/snapshot.js';
import { serviceStates } from '../../stack/drivers/driver.js';
import { serviceNames } from '../../stack/services/service.js';

const rate = z.number().nullable().describe('Per second, of the last window_s seconds.');
const ms = z.number().nullable();

export const serviceSchema = z.object({
  name: z.enum(serviceNames),
  state: z.enum(serviceStates),
  address: z.string().nullable(),
  version: z.string().nullable(),
  pid: z.number().int().nullable(),
  detail: z.string().nullable().describe('Why it is not ready.'),
});

const quantiles = z.object({ count: z.number(), p50: z.number(), p90: z.number(), p99: z.number(), max: z.number() });

export const engineSchema = z.object({
  records: z.object({
    aggregated: z.number(),
    late: z.number(),
    duplicate: z.number(),
    dead_letter: z.number(),
  }),
  consumed_per_s: rate,
  windows: z.number(),
  windows_per_s: rate,
  alerts: z.number(),
  partitions: z.array(z.object({ partition: z.number().int(), lag: z.number(), lag_change_per_s: rate })),
  lag: z.number().nullable().describe('Of all partitions; null while the broker is away.'),
  lag_change_per_s: rate,
  drain_ms: ms.describe('Until the lag is gone if it goes on shrinking as it does.'),
  watermark: ms.describe('Epoch ms.'),
  watermark_age_ms: ms,
  checkpoint: z.object({ at: z.number(), age_ms: z.number(), duration_ms: z.number(), bytes: z.number() }).nullable(),
  e2e_ms: quantiles.nullable(),
  insert_ms: quantiles.nullable(),
  dead_letters: z.record(z.string(), z.number()).describe('By reason.'),
  state_bytes: z.object({ windows: z.number(), deduplication: z.number(), detectors: z.number() }),
});

const generatorSchema = z.object({
  sent: z.number(),
  acked: z.number(),
  sent_per_s: rate,
  acked_per_s: rate,
  schedule_lag_ms: quantiles.nullable(),
});

/** What `pipe top --json` answers. */
export const snapshotSchema: z.ZodType<Snapshot> = z.object({
  at: z.number().describe('Epoch ms.'),
  window_s: z.number(),
  services: z.array(serviceSchema),
  processes: z.array(
    z.object({
      job: z.string(),
      pipeline: z.string(),
      pid: z.number().int(),
      address: z.string(),
      state: z.enum(['running', 'frozen', 'gone', 'silent']),
      cpu_cores: z.number().nullable(),
      rss_bytes: z.number().nullable(),
    }),
  ),
  pipelines: z.array(
    z.object({ pipeline: z.string(), generator: generatorSchema.nullable(), engine: engineSchema.nullable() }),
  ),
});

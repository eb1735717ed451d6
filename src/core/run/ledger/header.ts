import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { parseArrival } from '../../generate/arrival.js';
import type { ScheduledWork } from '../../generate/workload.js';
import { writeFileAtomically } from '../../runtime/atomic-file.js';
import { messageOf, PipeError, usageError } from '../../runtime/errors.js';
import type { Home } from '../../runtime/home.js';

const share = z.number().min(0).max(1);

/** What a generator run's events depend on, as its flags say it. */
const workloadSchema = z.strictObject({
  seed: z.number(),
  /** Epoch ms of the first intended send time. */
  start: z.number(),
  /** Whether --start named it: such a run keeps to its own times when it is resumed. */
  startGiven: z.boolean(),
  rate: z.union([z.number().positive(), z.literal('max')]),
  arrival: z.string(),
  skew: z.string(),
  distortions: z.strictObject({
    late: z.strictObject({ share, minMs: z.number(), maxMs: z.number() }).optional(),
    repeat: share,
    discard: share,
    corrupt: share,
  }),
  count: z.number().optional(),
  durationMs: z.number().optional(),
  /** SHA-256 of the metadata rows: with other rows the events would be others. */
  metadata: z.string(),
});

const headerSchema = z.strictObject({
  version: z.literal(1),
  kind: z.enum(['generate', 'ingest', 'replay']),
  run: z.string(),
  pipeline: z.string(),
  topic: z.string(),
  topicId: z.string(),
  /** Epoch ms. */
  createdAt: z.number(),
  producer: z.strictObject({ id: z.string(), epoch: z.number() }),
  partitions: z.array(
    z.strictObject({
      /** End of the partition's log when the run began: none of its records lies below. */
      begin: z.number(),
      /** Of the rate, and of a known number of events; generator runs only. */
      share: z.number().optional(),
      events: z.number().optional(),
    }),
  ),
  workload: workloadSchema.optional(),
  /** The file that was ingested, the topic that was replayed. */
  source: z.string().optional(),
});

export type RunHeader = z.infer<typeof headerSchema>;
export type RunWorkload = z.infer<typeof workloadSchema>;

/** A name that is safe as a folder. */
export const runName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

/** <home>/ledger/<pipeline>/<run>: run.json, acks.ndjson, lock. */
export function runFolder(home: Home, pipeline: string, run: string): string {
  return join(home.ledger, pipeline, run);
}

export function headerPath(folder: string): string {
  return join(folder, 'run.json');
}

/** On disk, with its folder, when it returns: nothing may be sent before. */
export function writeHeader(folder: string, header: RunHeader): void {
  mkdirSync(folder, { recursive: true });
  writeFileAtomically(headerPath(folder), [`${JSON.stringify(header, null, 2)}\n`]);
}

export function readHeader(folder: string): RunHeader {
  const path = headerPath(folder);
  try {
    return headerSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    throw new PipeError(`${path}: expected the header of a run, format 1: ${messageOf(error)}`, {
      code: 'LEDGER_DAMAGED',
      hint: 'Move the folder away: the run can then neither be resumed nor verified.',
      cause: error,
    });
  }
}

/** Folders of a pipeline's runs, oldest first. A folder without a header is a run that never sent anything. */
export function runFolders(home: Home, pipeline: string): { folder: string; header: RunHeader }[] {
  const parent = join(home.ledger, pipeline);
  if (!existsSync(parent)) return [];
  return readdirSync(parent, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(headerPath(join(parent, entry.name))))
    .map((entry) => ({ folder: join(parent, entry.name), header: readHeader(join(parent, entry.name)) }))
    .sort((a, b) => a.header.createdAt - b.header.createdAt || (a.header.run < b.header.run ? -1 : 1));
}

/** The header's schedule and distortions, to count what the run sends without making it. */
export function scheduledWork({ workload, partitions }: RunHeader): ScheduledWork | undefined {
  if (!workload) return undefined;
  const { seed, rate, arrival, distortions, durationMs } = workload;
  return {
    seed,
    rate,
    arrival: parseArrival(arrival),
    distortions,
    ...(durationMs === undefined ? {} : { durationMs }),
    partitions: partitions.map(({ share, events }, partition) => ({
      partition,
      share: share ?? 0,
      ...(events === undefined ? {} : { events }),
    })),
  };
}

/** The run's name, or a usage error. */
export function checkedRunName(run: string): string {
  if (!runName.test(run))
    throw usageError(
      `--run: expected letters, digits, . _ and -, at most 100, beginning with one of the first two, got "${run}"`,
    );
  return run;
}

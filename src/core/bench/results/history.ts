import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../../runtime/errors.js';
import type { Home } from '../../runtime/home.js';
import type { Runtime } from '../../runtime/runtime.js';
import type { BenchRecord } from '../record.js';
import { readRecord } from './record-file.js';

export interface PastRun {
  id: string;
  /** ISO 8601: the beginning of the measured part. */
  time: string;
  workload: string;
  pipeline: string;
  commit: string | null;
  file: string;
  verdict: BenchRecord['verdict'];
  achieved: number;
  e2e_p99_ms: number | null;
  accuracy: number | null;
  /** Of a search; null of any other run. */
  sustainable: number | null;
}

/** The home's bench records, newest first. What cannot be read is noted and left out. */
export function pastRuns(home: Pick<Home, 'results'>, { note }: Pick<Runtime, 'note'>): PastRun[] {
  return recordFiles(home)
    .flatMap((file) => {
      try {
        return [pastRun(readRecord(file), file)];
      } catch (error) {
        note(messageOf(error));
        return [];
      }
    })
    .sort((a, b) => (a.time < b.time ? 1 : a.time > b.time ? -1 : 0));
}

/** Paths, in the order of time. */
export function recordFiles({ results }: Pick<Home, 'results'>): string[] {
  return readdirSync(results)
    .filter((name) => /-bench-.*\.json$/.test(name))
    .sort()
    .map((name) => join(results, name));
}

function pastRun(record: BenchRecord, file: string): PastRun {
  const { workload } = record;
  return {
    id: record.id,
    time: record.time,
    workload: workload.name,
    pipeline: workload.pipeline ?? workload.domain ?? '',
    commit: record.environment.commit,
    file,
    verdict: record.verdict,
    achieved: record.throughput.achieved,
    e2e_p99_ms: record.latency_ms.e2e?.p99 ?? null,
    accuracy: record.accuracy,
    sustainable: record.find_max?.sustainable ?? null,
  };
}

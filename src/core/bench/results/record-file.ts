import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { writeFileAtomically } from '../../runtime/atomic-file.js';
import { messageOf, PipeError, usageError } from '../../runtime/errors.js';
import type { Home } from '../../runtime/home.js';
import { type BenchRecord, recordSchema } from '../record.js';

/** 2026-01-31T12-00-00Z-bench-smoke: names sort by time, and suit every file system. `time` is ISO 8601. */
export function recordId(time: string, workload: string): string {
  return `${time.replace(/\.\d+Z$/, 'Z').replaceAll(':', '-')}-bench-${workload}`;
}

/** <home>/results/<id>.json; answers with its path. */
export function writeRecord(home: Pick<Home, 'results'>, record: BenchRecord): string {
  const path = join(home.results, `${record.id}.json`);
  writeRecordTo(path, record);
  return path;
}

/** To a path of the user's own, its folder made where there is none. Throws a usage error where it cannot be written. */
export function writeRecordTo(path: string, record: BenchRecord): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileAtomically(path, [`${JSON.stringify(record)}\n`], 0o644);
  } catch (error) {
    throw usageError(`cannot write the record ${path}: ${messageOf(error)}`);
  }
}

/** Throws a usage error for what is not a record, or one of a format to come. */
export function readRecord(path: string): BenchRecord {
  const found = parse(path);
  const version = (found as { schema_version?: unknown } | null)?.schema_version;
  if (version !== 1) throw notARecord(path, `expected schema_version 1, got ${JSON.stringify(version) ?? 'none'}`);
  const parsed = recordSchema.safeParse(found);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw notARecord(path, `${issue!.path.join('.')}: ${issue!.message}`);
}

function parse(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw notARecord(path, messageOf(error), error);
  }
}

function notARecord(path: string, problem: string, cause?: unknown): PipeError {
  return new PipeError(`${path}: expected the record of a pipe bench: ${problem}`, {
    code: 'NOT_A_RECORD',
    exit: 2,
    hint: 'pipe bench history lists the records of this home; --summary-export writes one elsewhere.',
    cause,
  });
}

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { messageOf, usageError } from '../../runtime/errors.js';
import type { Home } from '../../runtime/home.js';
import { LatencyHistogram } from '../../runtime/latency-histogram.js';
import type { Runtime } from '../../runtime/runtime.js';
import type { BenchRecord } from '../record.js';
import { writeRecord, writeRecordTo } from '../results/record-file.js';
import { hdrLogs } from './hdr-log.js';
import { htmlReport } from './html.js';
import { junitReport } from './junit.js';
import { markdownReport } from './markdown.js';

/** Where a record goes beside the home's results; absent where the user does not want it. */
export interface OutputFlags {
  'summary-export'?: string;
  report?: string;
  markdown?: string;
  junit?: string;
  hdr?: string;
}

/** The record in the home, and what else is wanted; answers with the paths. Throws a usage error for a path that cannot be written. */
export function writeOutputs(
  { cwd, packageRoot }: Pick<Runtime, 'cwd' | 'packageRoot'>,
  home: Pick<Home, 'results'>,
  record: BenchRecord,
  flags: OutputFlags,
): string[] {
  const written = [writeRecord(home, record)];
  const write = (path: string, text: () => string) => {
    const target = resolve(cwd, path);
    try {
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, text());
    } catch (error) {
      throw usageError(`cannot write ${path}: ${messageOf(error)}`);
    }
    written.push(target);
  };
  if (flags['summary-export'] !== undefined) {
    const path = resolve(cwd, flags['summary-export']);
    writeRecordTo(path, record);
    written.push(path);
  }
  if (flags.report !== undefined) write(flags.report, () => htmlReport(packageRoot, record));
  if (flags.markdown !== undefined) write(flags.markdown, () => markdownReport(record));
  if (flags.junit !== undefined) write(flags.junit, () => junitReport(record));
  if (flags.hdr !== undefined)
    for (const [stage, log] of hdrLogs(record, maxOf)) write(join(flags.hdr, `${record.id}-${stage}.hlog`), () => log);
  return written;
}

/** Milliseconds. */
function maxOf(hdr: string): number {
  return LatencyHistogram.decode({ hdr, negative: 0, above: 0 }).quantiles().max;
}

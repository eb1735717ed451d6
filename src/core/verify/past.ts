import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomically } from '../runtime/atomic-file.js';
import type { Home } from '../runtime/home.js';
import type { VerifyReport } from './report.js';

/** A report, and the moment at which it was told: ISO 8601. */
export interface PastVerification {
  time: string;
  pipeline: string;
  report: VerifyReport;
}

/** <home>/results/verify/<time>-<pipeline>.json. */
export function keepVerification(home: Pick<Home, 'results'>, verification: PastVerification): void {
  const { time, pipeline } = verification;
  mkdirSync(folderOf(home), { recursive: true });
  const path = join(folderOf(home), `${time.replaceAll(':', '-')}-${pipeline}.json`);
  writeFileAtomically(path, [`${JSON.stringify(verification)}\n`], 0o644);
}

/** The newest of a pipeline; undefined before the first. */
export function newestVerification(home: Pick<Home, 'results'>, pipeline: string): PastVerification | undefined {
  const newest = namesIn(folderOf(home))
    .filter((name) => name.slice(0, -'.json'.length).split('Z-')[1] === pipeline)
    .sort()
    .at(-1);
  return newest ? (JSON.parse(readFileSync(join(folderOf(home), newest), 'utf8')) as PastVerification) : undefined;
}

function folderOf({ results }: Pick<Home, 'results'>): string {
  return join(results, 'verify');
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith('.json'));
  } catch {
    return [];
  }
}

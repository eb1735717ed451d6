import { createHash } from 'node:crypto';
import { readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { EnrichmentRows } from '../../metadata/enrichment.js';
import type { Plan } from '../../pipeline/plan.js';
import { writeFileAtomically } from '../../runtime/atomic-file.js';
import { messageOf, usageError } from '../../runtime/errors.js';
import { ChangeLog, type LoggedChange, readChanges } from './change-log.js';
import { numbersOf } from './numbered-files.js';

/** What records are judged by apart from their own bytes. A replay must have the same. */
export interface Basis {
  /** Of everything in the pipeline file that touches a record: see `fingerprintOf`. */
  pipeline: string;
  /** The rows that events are joined with. */
  enrichment: EnrichmentRows;
}

/** Another basis is written once the changes to it outgrow it, and this. */
const leastBytes = 1 << 20;

/**
 * Files `<n>.basis`, each holding from checkpoint n on until there is a newer one, and beside each `<n>.changes`: what of its rows changed since.
 */
export class BasisStore {
  private readonly folder: string;
  /** Asked for again and again while blocks are judged again. */
  private last: { number: number; basis: Basis } | undefined;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** What held behind a checkpoint; undefined when none was written. */
  at(checkpoint: number): Basis | undefined {
    const number = this.numberAt(checkpoint);
    if (number === undefined) return undefined;
    if (this.last?.number !== number) {
      const path = this.path(number);
      this.last = { number, basis: whole(path, () => JSON.parse(readFileSync(path, 'utf8')) as Basis) };
    }
    return this.last.basis;
  }

  /** Number of that basis. */
  numberAt(checkpoint: number): number | undefined {
    return this.numbers().findLast((each) => each <= checkpoint);
  }

  /** What was logged for a basis, in order. */
  changesOf(number: number): LoggedChange[] {
    const path = this.changesPath(number);
    return whole(path, () => readChanges(path));
  }

  /** For more changes to a basis; the caller closes it. */
  openChanges(number: number): ChangeLog {
    return new ChangeLog(this.changesPath(number));
  }

  outgrown(number: number, changes: ChangeLog): boolean {
    return changes.bytes > Math.max(leastBytes, statSync(this.path(number)).size);
  }

  /** On disk when it returns; to be called before checkpoint `number` is written. */
  write(number: number, basis: Basis): void {
    // A start that got no further than this may have left some.
    rmSync(this.changesPath(number), { force: true });
    this.last = undefined;
    writeFileAtomically(this.path(number), [JSON.stringify(basis)]);
  }

  /** Drops what no checkpoint from `oldest` on needs. */
  dropBefore(oldest: number): void {
    const needed = this.numbers().findLast((each) => each <= oldest) ?? oldest;
    for (const number of this.numbers().filter((each) => each < needed)) {
      rmSync(this.changesPath(number), { force: true });
      rmSync(this.path(number), { force: true });
    }
  }

  /** Drops what was written for a checkpoint that never came. */
  dropAfter(newest: number): void {
    for (const number of this.numbers()) if (number > newest) rmSync(this.path(number), { force: true });
  }

  private numbers(): number[] {
    return numbersOf(this.folder, 'basis');
  }

  private path(number: number): string {
    return join(this.folder, `${number}.basis`);
  }

  private changesPath(number: number): string {
    return join(this.folder, `${number}.changes`);
  }
}

function whole<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw usageError(
      `${path}: expected the rows that events were joined with: ${messageOf(error)}`,
      'The file is damaged: restore it, or let go of state and stored rows together (pipe down --purge).',
      'BASIS_DAMAGED',
    );
  }
}

/** A hash of what in the plan decides about verdicts, rows and alerts; topics, stores, queries, metadata and descriptions may change at any time. */
export function fingerprintOf(plan: Plan): string {
  const { fields, eventFields, id, time, key, outOfOrderness, allowedLateness, maxFutureSkew, horizon } = plan;
  const judging = { fields, eventFields, id, time, key, outOfOrderness, allowedLateness, maxFutureSkew, horizon };
  const { enrich, windows } = plan;
  // What was written before there were detectors has none, and the same hash as before.
  const detect = plan.detect.length > 0 ? plan.detect : undefined;
  const text = JSON.stringify({ ...judging, enrich, windows, detect }, (name, value) =>
    ['description', 'generate', 'finds'].includes(name) ? undefined : value,
  );
  return createHash('sha256').update(text).digest('hex');
}

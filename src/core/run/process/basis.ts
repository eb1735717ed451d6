import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { EnrichmentRows } from '../../metadata/enrichment.js';
import type { Plan } from '../../pipeline/plan.js';
import { writeFileAtomically } from '../../runtime/atomic-file.js';
import { messageOf, usageError } from '../../runtime/errors.js';

/** What records are judged by apart from their own bytes. A replay must have the same. */
export interface Basis {
  /** Of everything in the pipeline file that touches a record: see `fingerprintOf`. */
  pipeline: string;
  /** The rows that events are joined with. */
  enrichment: EnrichmentRows;
}

/** Files `<n>.basis`, each holding from checkpoint n on until there is a newer one: written only when something changed. */
export class BasisStore {
  private readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** What held behind a checkpoint; undefined when none was written. */
  at(checkpoint: number): Basis | undefined {
    const number = this.numbers().findLast((each) => each <= checkpoint);
    if (number === undefined) return undefined;
    const path = this.path(number);
    try {
      return JSON.parse(readFileSync(path, 'utf8')) as Basis;
    } catch (error) {
      throw usageError(
        `${path}: expected the rows that events were joined with: ${messageOf(error)}`,
        'The file is damaged: restore it, or let go of state and stored rows together (pipe down --purge).',
        'BASIS_DAMAGED',
      );
    }
  }

  /** On disk when it returns; to be called before checkpoint `number` is written. */
  write(number: number, basis: Basis): void {
    writeFileAtomically(this.path(number), [JSON.stringify(basis)]);
  }

  /** Drops what no checkpoint from `oldest` on needs. */
  dropBefore(oldest: number): void {
    const needed = this.numbers().findLast((each) => each <= oldest) ?? oldest;
    for (const number of this.numbers()) if (number < needed) rmSync(this.path(number), { force: true });
  }

  private numbers(): number[] {
    return readdirSync(this.folder)
      .map((name) => /^(\d+)\.basis$/.exec(name)?.[1])
      .filter((number) => number !== undefined)
      .map(Number)
      .sort((a, b) => a - b);
  }

  private path(number: number): string {
    return join(this.folder, `${number}.basis`);
  }
}

/** A hash of what in the plan decides about verdicts and rows; topics, stores, queries, metadata and descriptions may change at any time. */
export function fingerprintOf(plan: Plan): string {
  const { fields, eventFields, id, time, key, outOfOrderness, allowedLateness, maxFutureSkew, horizon } = plan;
  const judging = { fields, eventFields, id, time, key, outOfOrderness, allowedLateness, maxFutureSkew, horizon };
  const text = JSON.stringify({ ...judging, enrich: plan.enrich, windows: plan.windows }, (name, value) =>
    name === 'description' || name === 'generate' ? undefined : value,
  );
  return createHash('sha256').update(text).digest('hex');
}

export function sameBasis(one: Basis | undefined, other: Basis): boolean {
  return one !== undefined && JSON.stringify(one) === JSON.stringify(other);
}

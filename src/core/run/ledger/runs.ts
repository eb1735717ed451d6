import { existsSync } from 'node:fs';
import { missingError, usageError } from '../../runtime/errors.js';
import type { Home } from '../../runtime/home.js';
import { type OsLock, tryOsLock } from '../../runtime/os-lock.js';
import { lockPath } from './close.js';
import { headerPath, type RunHeader, runFolder, runFolders, writeHeader } from './header.js';
import { Ledger, readLedger } from './ledger.js';

/** A run that this process, and no other, may write for. */
export interface HeldRun {
  ledger: Ledger;
  lock: OsLock;
}

/** Ends the writing; what is acknowledged later is not on file. */
export function releaseRun({ ledger, lock }: HeldRun): void {
  ledger.close();
  lock.release();
}

/** Puts a new run on file. Throws a usage error when the name is taken. */
export function createRun(home: Home, header: RunHeader): HeldRun {
  const folder = runFolder(home, header.pipeline, header.run);
  const lock = hold(folder, header.run);
  if (existsSync(headerPath(folder))) {
    lock.release();
    throw usageError(
      `run ${header.run} of ${header.pipeline} is on file already`,
      'Choose another --run, or go on with it: --resume.',
      'RUN_EXISTS',
    );
  }
  writeHeader(folder, header);
  return { ledger: new Ledger(folder), lock };
}

/** A name that no run of the pipeline has yet: the wanted one, or with -2, -3, ... behind it. */
export function freeRunName(home: Home, pipeline: string, wanted: string): string {
  for (let number = 1; ; number++) {
    const name = number === 1 ? wanted : `${wanted}-${number}`;
    if (!existsSync(headerPath(runFolder(home, pipeline, name)))) return name;
  }
}

/**
 * The run to go on with: the named one, or the last generator run that did not reach its end, or else the last. Throws a usage error when there
 * is none, a missing error when it is running.
 */
export function holdRun(home: Home, pipeline: string, name: string | undefined): HeldRun {
  const runs = runFolders(home, pipeline).filter(({ header }) => header.kind === 'generate');
  const unfinished = runs.filter(({ folder }) => readLedger(folder).state.end?.how !== 'complete');
  const found =
    name === undefined ? (unfinished.at(-1) ?? runs.at(-1)) : runs.find(({ header }) => header.run === name);
  if (!found)
    throw usageError(
      name === undefined
        ? `no run of ${pipeline} is on file in ${home.ledger}`
        : `no run ${name} of ${pipeline} is on file`,
      'Begin one without --resume.',
      'NO_RUN',
    );
  const lock = hold(found.folder, found.header.run);
  return { ledger: new Ledger(found.folder), lock };
}

function hold(folder: string, run: string): OsLock {
  const lock = tryOsLock(lockPath(folder));
  if (!lock)
    throw missingError(
      `run ${run} is under way in another process`,
      'Stop that process first: it owns its partitions.',
      'RUN_RUNNING',
    );
  return lock;
}

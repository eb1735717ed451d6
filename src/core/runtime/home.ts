import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { messageOf, missingError, usageError } from './errors.js';

const formatVersion = 1;

/** The folder that holds all state of one stack and its pipelines. Paths only; nothing is made before `openHome`. */
export interface Home {
  root: string;
  /** Data folders of services. */
  data: string;
  logs: string;
  /** Run files: which process serves what, with pid and start time. */
  run: string;
  /** What each generator run had acknowledged. */
  ledger: string;
  /** Engine state: snapshots and intent logs. */
  checkpoints: string;
  results: string;
  /** Generated passwords, mode 0600. */
  secrets: string;
}

export function homeAt(path: string): Home {
  const root = resolve(path);
  return {
    root,
    data: join(root, 'data'),
    logs: join(root, 'logs'),
    run: join(root, 'run'),
    ledger: join(root, 'ledger'),
    checkpoints: join(root, 'checkpoints'),
    results: join(root, 'results'),
    secrets: join(root, 'secrets'),
  };
}

/** Makes the folders where missing and checks the format version. Throws usage and missing errors. */
export function openHome(path: string): Home {
  const home = homeAt(path);
  const versionFile = join(home.root, 'format');
  try {
    for (const folder of Object.values(home)) makeFolder(folder);
    chmodSync(home.secrets, 0o700);
    if (!existsSync(versionFile)) writeFileSync(versionFile, `${formatVersion}\n`);
  } catch (error) {
    throw missingError(
      `cannot make the home folder ${home.root}: ${messageOf(error)}`,
      'Choose a folder that you may write to: --home DIR or PIPE_HOME.',
      'HOME_NOT_WRITABLE',
      error,
    );
  }
  const found = readFileSync(versionFile, 'utf8').trim();
  if (found !== String(formatVersion))
    throw usageError(
      `${versionFile}: expected format version ${formatVersion}, found "${found}"`,
      'This home was made by another version of pipe: use that version, or another --home.',
      'HOME_FORMAT',
    );
  return home;
}

/** Step by step: mkdir's own `recursive` never returns where a folder cannot be made, as below /proc (Node 20). */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  if (dirname(path) !== path) makeFolder(dirname(path));
  try {
    mkdirSync(path);
  } catch (error) {
    // Another process may have been quicker.
    if (!existsSync(path)) throw error;
  }
}

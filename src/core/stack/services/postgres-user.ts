import { spawnSync } from 'node:child_process';
import { chownSync } from 'node:fs';
import { userInfo } from 'node:os';
import { missingError } from '../../runtime/errors.js';
import type { Runtime } from '../../runtime/runtime.js';

/** PostgreSQL refuses to run as root; this says how a root may run it nevertheless. */
export interface PostgresUser {
  /** Stands before the program: a user namespace in which root goes by another number. */
  prefix: readonly string[];
  /** Another user to run as and to own the data. */
  owner?: { uid: number; gid: number };
}

const namespace = ['unshare', '-U', '--map-user=1000', '--map-group=1000'] as const;

/**
 * As whom PostgreSQL can run on `folder`: this user; for root, root in a user namespace (which reaches folders of mode 0700
 * too); failing that, the user behind sudo or "nobody", if they can reach the folder. Throws a missing error otherwise.
 */
export function postgresUser({ env }: Pick<Runtime, 'env'>, folder: string, program: string): PostgresUser {
  if (userInfo().uid !== 0) return { prefix: [] };
  const [unshare, ...options] = namespace;
  if (spawnSync(unshare, [...options, 'true'], { stdio: 'ignore' }).status === 0) return { prefix: namespace };
  const owner = { uid: Number(env.SUDO_UID ?? 65534), gid: Number(env.SUDO_GID ?? 65534) };
  const reaches = (path: string) =>
    spawnSync('test', ['-x', path], { ...owner, cwd: '/', stdio: 'ignore' }).status === 0;
  const obstacle = [program, folder].find((path) => !reaches(path));
  if (!obstacle) return { prefix: [], owner };
  throw missingError(
    `PostgreSQL refuses to run as root; user namespaces are not allowed here, and user ${owner.uid} cannot reach ${obstacle}`,
    'Run pipe as an ordinary user, allow user namespaces (sysctl user.max_user_namespaces), or use a --home below folders of mode 0755.',
    'POSTGRES_ROOT',
  );
}

/** Hands a path to the user who will run PostgreSQL. */
export function handOver(path: string, { owner }: PostgresUser): void {
  if (owner) chownSync(path, owner.uid, owner.gid);
}

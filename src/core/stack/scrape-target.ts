import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomically } from '../runtime/atomic-file.js';
import type { Home } from '../runtime/home.js';

/**
 * Says where a service serves /metrics, as Prometheus' discovery by files reads it, beside what generators and engines announce. It stays until the stack is
 * stopped: a service that is killed is a target that is down.
 */
export function announceTarget(home: Pick<Home, 'run'>, job: string, address: string): void {
  mkdirSync(targetsFolder(home), { recursive: true });
  writeFileAtomically(fileOf(home, job), [`${JSON.stringify([{ targets: [address], labels: { job } }])}\n`], 0o644);
}

export function withdrawTarget(home: Pick<Home, 'run'>, job: string): void {
  rmSync(fileOf(home, job), { force: true });
}

function fileOf(home: Pick<Home, 'run'>, job: string): string {
  return join(targetsFolder(home), `${job}.json`);
}

/** Where whatever serves metrics says so: what Prometheus looks into. */
export function targetsFolder({ run }: Pick<Home, 'run'>): string {
  return join(run, 'metrics');
}

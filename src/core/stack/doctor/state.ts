import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { openHome } from '../../runtime/home.js';
import { projectFileName, readProject } from '../../runtime/project.js';
import { shippedProfiles } from '../../runtime/resolve-profile.js';
import { readPorts } from '../drivers/local-ports.js';
import { statusOf } from '../drivers/local-status.js';
import { describeHolder } from '../net/port-holder.js';
import { isFree } from '../net/ports.js';
import { findProcess } from '../process/run-file.js';
import { openSecrets } from '../secrets.js';
import { services } from '../services/registry.js';
import type { Service } from '../services/service.js';
import { type Check, fail, ok, warn } from './check.js';

const all: readonly Service[] = Object.values(services);

export const project: Check = ({ runtime }) => {
  const { profiles } = readProject(runtime);
  const own = Object.keys(profiles);
  const shipped = `shipped profiles: ${shippedProfiles(runtime).join(', ')}`;
  return ok(
    existsSync(join(runtime.cwd, projectFileName))
      ? `${projectFileName}, profiles: ${own.join(', ') || 'none'}; ${shipped}`
      : `no ${projectFileName}; ${shipped}`,
  );
};

/** A home that is not there yet is fine where it can be made. */
export const home: Check = ({ home: { root } }) => {
  if (!existsSync(root)) {
    let parent = dirname(root);
    while (!existsSync(parent)) parent = dirname(parent);
    accessSync(parent, constants.W_OK);
    return ok(`${root} will be made`);
  }
  openHome(root);
  accessSync(root, constants.W_OK);
  return ok(root);
};

export const ports: Check = async ({ runtime, home: place }) => {
  const [wanted, before] = [readProject(runtime).ports, readPorts(place)];
  const stopped = all.filter(({ name }) => findProcess(place, name).state === 'gone');
  const checked = stopped.map(({ name, defaultPort }) => ({ name, port: wanted[name] ?? before[name] ?? defaultPort }));
  const free = await Promise.all(checked.map(({ port }) => isFree(port)));
  const taken = checked.filter((_, index) => !free[index]);
  if (taken.length === 0)
    return ok(checked.map(({ name, port }) => `${name} ${port}`).join(', ') || 'in use by this stack');
  const detail = taken.map(({ name, port }) => `${port} (${name}) is taken by ${describeHolder(port)}`).join(', ');
  return warn(detail, 'Run: pipe up --any-port');
};

export const running: Check = async ({ runtime, home: place }) => {
  if (all.every(({ name }) => findProcess(place, name).run === undefined)) return ok('nothing was started');
  const secrets = openSecrets(place);
  const found = await Promise.all(all.map((service) => statusOf(service, { runtime, home: place, secrets })));
  const bad = found.filter(({ state }) => state === 'failed' || state === 'starting');
  if (bad.length === 0) return ok(found.map(({ name, state }) => `${name} ${state}`).join(', '));
  const frozen = bad.filter(({ pid, detail }) => pid !== null && detail?.includes('SIGSTOP')).map(({ pid }) => pid);
  const fix =
    frozen.length > 0
      ? `Run: kill -CONT ${frozen.join(' ')}`
      : 'Run: pipe up (or, to start anew: pipe down && pipe up)';
  return fail(bad.map(({ name, detail }) => `${name}: ${detail}`).join('; '), fix);
};

/** What a start that was broken off has left behind. */
export const leftovers: Check = ({ home: place }) => {
  if (!existsSync(place.run)) return ok('none');
  const known = new Set<string>(all.map(({ name }) => `${name}.json`));
  const unreadable = readdirSync(place.run).filter(
    (file) => known.has(file) && findProcess(place, file.replace('.json', '')).run === undefined,
  );
  if (unreadable.length > 0)
    return warn(`run files that cannot be read: ${unreadable.join(', ')}`, 'Run: pipe down && pipe up');
  const halfMade = existsSync(place.data) ? readdirSync(place.data).filter((name) => name.endsWith('.new')) : [];
  return halfMade.length > 0
    ? warn(`half-made by a start that was broken off: ${halfMade.join(', ')}`, 'Run: pipe up')
    : ok('none');
};

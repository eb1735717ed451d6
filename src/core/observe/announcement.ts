import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { writeFileAtomically } from '../runtime/atomic-file.js';
import type { Home } from '../runtime/home.js';
import { identify, type ProcessState, stateOf } from '../stack/process/identity.js';
import { targetsFolder } from '../stack/scrape-target.js';

/** Who serves metrics: `engine` or `generator`, of which pipeline. */
export interface Source {
  job: string;
  pipeline: string;
}

export interface Target extends Source {
  /** host:port of its /metrics. */
  address: string;
  pid: number;
  state: ProcessState;
}

/** A target group as Prometheus' file_sd reads it; labels that begin with two underscores do not outlive the discovery. */
const schema = z.tuple([
  z.object({
    targets: z.tuple([z.string()]),
    labels: z.object({ job: z.string(), pipeline: z.string(), __pid: z.string(), __start_time: z.string() }),
  }),
]);

/**
 * Says in the home's run folder that this process serves metrics; answers with what takes it back. What a killed process of the same source left is
 * removed now, and not before: until something takes its place it is a target that is down.
 */
export function announce(home: Pick<Home, 'run'>, pid: number, { job, pipeline }: Source, address: string): () => void {
  const folder = targetsFolder(home);
  mkdirSync(folder, { recursive: true });
  for (const { file, target } of entries(folder))
    if (target.job === job && target.pipeline === pipeline && target.state === 'gone') rmSync(file, { force: true });
  const path = join(folder, `${job}-${pipeline}-${pid}.json`);
  const labels = { job, pipeline, __pid: String(pid), __start_time: identify(pid)!.startTime };
  const group: z.infer<typeof schema> = [{ targets: [address], labels }];
  writeFileAtomically(path, [`${JSON.stringify(group)}\n`], 0o644);
  return () => rmSync(path, { force: true });
}

/** All that announced itself, ordered by job and pipeline; also what was killed since. */
export function findTargets(home: Pick<Home, 'run'>): Target[] {
  return entries(targetsFolder(home)).map(({ target }) => target);
}

function entries(folder: string): { file: string; target: Target }[] {
  return names(folder)
    .sort()
    .flatMap((name) => {
      const file = join(folder, name);
      const target = read(file);
      return target ? [{ file, target }] : [];
    });
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith('.json'));
  } catch {
    return [];
  }
}

/** Undefined for what another has removed by now, or what is no announcement. */
function read(file: string): Target | undefined {
  try {
    const [{ targets, labels }] = schema.parse(JSON.parse(readFileSync(file, 'utf8')));
    const { job, pipeline, __pid, __start_time } = labels;
    const pid = Number(__pid);
    return { job, pipeline, address: targets[0], pid, state: stateOf({ pid, startTime: __start_time }) };
  } catch {
    return undefined;
  }
}

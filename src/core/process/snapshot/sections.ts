import type { Plan } from '../../pipeline/plan.js';
import { messageOf, PipeError } from '../../runtime/errors.js';
import { ExitCode } from '../../runtime/exit-codes.js';
import type { SavedDetector } from '../detect/saved.js';
import type { Merger } from '../merger.js';
import type { PartitionState } from '../partition.js';
import { detectorParts, detectorPrefix, planParts } from './plan-parts.js';
import { StateReader } from './reader.js';
import { StateWriter } from './writer.js';

/**
 * A snapshot: named sections, each readable by itself. `partition-<n>` holds what belongs to a partition, `ids-<n>` the event ids that it remembers, `windows`
 * the merger's state. Those of a checkpoint come without ids, which are in files of their own.
 */
export type Sections = Map<string, Uint8Array>;

const formatVersion = 2;
const windows = 'windows';

/** The sections of a partition. */
export function sectionsOf(partition: number, sections: Sections): Sections {
  const names = [sectionOf(partition), idsOf(partition)];
  return new Map([...sections].filter(([name]) => names.includes(name)));
}

function sectionOf(partition: number): string {
  return `partition-${partition}`;
}

function idsOf(partition: number): string {
  return `ids-${partition}`;
}

/** All that the partitions remember. */
export function writeIds(partitions: Iterable<PartitionState>): Sections {
  return new Map([...partitions].map((state) => [idsOf(state.partition), state.allIds()]));
}

/** All but the ids. */
export function writeSections(
  plan: Plan,
  partitions: Iterable<PartitionState>,
  merger: Merger,
  watermark: number,
): Sections {
  const sections: Sections = new Map();
  for (const state of partitions) {
    const writer = begin(plan);
    state.write(writer);
    sections.set(sectionOf(state.partition), writer.finish());
  }
  const writer = begin(plan);
  writer.number(watermark);
  merger.write(writer, watermark);
  return sections.set(windows, writer.finish());
}

/** Fills fresh partitions and a fresh merger; the result is the watermark. Throws a PipeError when the sections do not fit the plan or are damaged. */
export function readSections(
  plan: Plan,
  sections: ReadonlyMap<string, Uint8Array>,
  partitions: Iterable<PartitionState>,
  merger: Merger,
): number {
  for (const state of partitions) readPartition(plan, sections, state);
  return read(plan, sections, windows, (reader, saved) => {
    const watermark = reader.number();
    merger.read(reader, watermark, saved);
    return watermark;
  });
}

/** One partition's sections into a fresh state, for a worker that has taken it over. Throws as readSections. */
export function readPartition(plan: Plan, sections: ReadonlyMap<string, Uint8Array>, state: PartitionState): void {
  read(plan, sections, sectionOf(state.partition), (reader, saved) => state.read(reader, saved));
  const ids = sections.get(idsOf(state.partition));
  if (ids) whole(idsOf(state.partition), () => state.remember(ids));
}

function begin(plan: Plan): StateWriter {
  const writer = new StateWriter();
  writer.int(formatVersion);
  const parts = new Map([...planParts(plan), ...detectorParts(plan)]);
  writer.int(parts.size);
  for (const [name, fingerprint] of parts) {
    writer.text(name);
    writer.text(fingerprint);
  }
  return writer;
}

function read<T>(
  plan: Plan,
  sections: ReadonlyMap<string, Uint8Array>,
  name: string,
  take: (reader: StateReader, saved: SavedDetector[]) => T,
): T {
  const bytes = sections.get(name);
  if (!bytes) throw refused(`expected a section ${name}, found ${[...sections.keys()].join(', ') || 'none'}`);
  return whole(name, () => {
    const reader = new StateReader(bytes);
    const taken = take(reader, readHeader(plan, reader));
    if (!reader.ended) throw new RangeError('bytes are left over');
    return taken;
  });
}

function whole<T>(name: string, take: () => T): T {
  try {
    return take();
  } catch (error) {
    if (error instanceof PipeError) throw error;
    throw refused(`section ${name} is damaged: ${messageOf(error)}`, error);
  }
}

/** Throws for parts that differ, but for detectors: those are told, for a detector may change and begin anew. */
function readHeader(plan: Plan, reader: StateReader): SavedDetector[] {
  const version = reader.int();
  if (version !== formatVersion) throw refused(`expected format ${formatVersion}, found ${version}`);
  const saved = new Map<string, string>();
  for (let left = reader.int(); left > 0; left--) saved.set(reader.text(), reader.text());
  const detectors = detectorParts(plan);
  const savedDetectors = [...saved].filter(([name]) => name.startsWith(detectorPrefix));
  for (const [name] of savedDetectors) saved.delete(name);
  const expected = planParts(plan);
  const changes = [
    ...[...expected]
      .filter(([name, value]) => saved.has(name) && saved.get(name) !== value)
      .map(([name]) => `${name} changed`),
    ...[...expected.keys()].filter((name) => !saved.has(name)).map((name) => `${name} is new`),
    ...[...saved.keys()].filter((name) => !expected.has(name)).map((name) => `${name} is gone`),
  ];
  if (changes.length > 0) throw refused(`it was made with another pipeline file: ${changes.join(', ')}`);
  return savedDetectors.map(([name, value]) => ({
    name: name.slice(detectorPrefix.length),
    unchanged: detectors.get(name) === value,
  }));
}

function refused(reason: string, cause?: unknown): PipeError {
  return new PipeError(`the saved state of the engine cannot be taken up: ${reason}`, {
    code: 'STATE_REFUSED',
    exit: ExitCode.usage,
    hint: 'Go back to the pipeline file that it was made with, or start afresh with another --home.',
    cause,
  });
}

import { z } from 'zod';
import { kindForms } from '../../../../../src/core/pipeline/detect/registry.js';
import type { DetectorKind, Evidence, KeyDetector, Value } from '../../../../../src/core/process/detect/kind.js';
import { detectorKinds } from '../../../../../src/core/process/detect/registry.js';
import { StateReader } from '../../../../../src/core/process/snapshot/reader.js';
import { StateWriter } from '../../../../../src/core/process/snapshot/writer.js';

export type Kind = keyof typeof detectorKinds;

/** An observation: its time, then the values of the kind's inputs. */
export type Seen = readonly [time: number, ...values: Value[]];

export interface Told {
  time: number;
  offset: number;
  evidence: Evidence;
}

/** A detector for one key, with the settings as the file has them: durations as text, defaults left out. */
export function detector(kind: Kind, settings: object): KeyDetector {
  const shape: z.ZodRawShape = kindForms[kind].settings;
  return (detectorKinds[kind] as DetectorKind).create(z.strictObject(shape).parse(settings));
}

/** As the engine would: wakes at t come after observations up to t. `restart` saves and restores before each observation of these places. */
export function watch(kind: Kind, settings: object, seen: readonly Seen[], restart: readonly number[] = []): Told[] {
  let watching = detector(kind, settings);
  const told: Told[] = [];
  const wake = (before: number) => {
    while (watching.due < before) {
      const time = watching.due;
      const found = watching.wake!(time);
      if (found) told.push({ time, ...found });
    }
  };
  seen.forEach(([time, ...values], offset) => {
    wake(time);
    if (restart.includes(offset)) {
      const writer = new StateWriter();
      watching.write(writer);
      watching = detector(kind, settings);
      watching.read(new StateReader(writer.finish()));
    }
    const evidence = watching.observe({ time, offset, values });
    if (evidence) told.push({ time, offset, evidence });
  });
  wake(Number.POSITIVE_INFINITY);
  return told;
}

/** Times at which it told something. */
export function times(told: readonly Told[]): number[] {
  return told.map(({ time }) => time);
}

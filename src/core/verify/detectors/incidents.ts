import type { Plan, PlanDetector } from '../../pipeline/plan.js';
import type { RunAnomaly, Values } from '../oracle/values.js';

/** What the generator did on purpose to one of a detector's keys or some, as far as its events were aggregated. */
export interface Incident {
  partition: number;
  /** Event times in ms. */
  first: number;
  last: number;
  /** By `keyText`: those that the detector goes by. */
  keys: Set<string>;
}

/** The incidents that each detector is for, put together from their events. */
export class Incidents {
  private readonly wanting: readonly Wanting[];

  constructor(plan: Plan) {
    this.wanting = plan.detect
      .filter(({ finds }) => finds.length > 0)
      .map((detector) => ({ detector, columns: keyColumns(plan, detector), found: new Map() }));
  }

  /** An aggregated event that is not normal. */
  add({ run, kind, incident }: RunAnomaly, event: Values, { time, partition }: Place): void {
    for (const { detector, columns, found } of this.wanting) {
      if (!detector.finds.includes(kind)) continue;
      const identity = `${run} ${partition} ${kind} ${incident}`;
      const known = found.get(identity) ?? { partition, first: time, last: time, keys: new Set() };
      found.set(identity, known);
      known.first = Math.min(known.first, time);
      known.last = Math.max(known.last, time);
      known.keys.add(keyText(columns.map((column) => event[column])));
    }
  }

  of(detector: string): readonly Incident[] {
    return [...(this.wanting.find((each) => each.detector.name === detector)?.found.values() ?? [])];
  }
}

interface Place {
  time: number;
  partition: number;
}

interface Wanting {
  detector: PlanDetector;
  /** Of the event: what the detector, or its window, goes by. */
  columns: readonly number[];
  found: Map<string, Incident>;
}

/** The same text for an event and for an alert of the same key. */
export function keyText(values: readonly unknown[]): string {
  return JSON.stringify(values.map((value) => value ?? null));
}

function keyColumns({ windows }: Plan, { input }: PlanDetector): readonly number[] {
  return input.kind === 'events' ? input.by : windows.find(({ name }) => name === input.window)!.by;
}

import type { SettingsOf } from '../../../pipeline/detect/registry.js';
import type { DetectorKind, Evidence, KeyDetector, Observation } from '../kind.js';

/** A plain condition: every observation for which it holds. Null is no. */
export const threshold: DetectorKind<SettingsOf<'threshold'>> = {
  create: ({ value }) => new Threshold(value !== undefined),
};

class Threshold implements KeyDetector {
  readonly due = Number.POSITIVE_INFINITY;
  readonly bytes = 0;
  private readonly shows: boolean;

  constructor(shows: boolean) {
    this.shows = shows;
  }

  observe({ values }: Observation): Evidence | undefined {
    if (values[0] !== true) return undefined;
    return this.shows ? { value: values[1]! } : {};
  }

  write(): void {}

  read(): void {}
}

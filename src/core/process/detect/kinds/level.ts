import type { SettingsOf } from '../../../pipeline/detect/registry.js';
import type { StateReader } from '../../snapshot/reader.js';
import type { StateWriter } from '../../snapshot/writer.js';
import type { DetectorKind, Evidence, KeyDetector, Observation } from '../kind.js';

/**
 * What there is of something, kept by what is added and taken, is down to the point at which one orders. The (s, S) policy of stock keeping (Arrow,
 * Harris and Marschak 1951; Scarf 1960): told at s, and then full again, since somebody ordered. Null adds and takes nothing; without a start there is nothing to
 * count from.
 */
export const level: DetectorKind<SettingsOf<'level'>> = { create: ({ adds }) => new Level(adds !== undefined) };

class Level implements KeyDetector {
  readonly due = Number.POSITIVE_INFINITY;
  readonly bytes = 32;
  /** NaN before the first start. */
  private left = Number.NaN;
  private readonly hasAdds: boolean;

  constructor(hasAdds: boolean) {
    this.hasAdds = hasAdds;
  }

  observe({ values }: Observation): Evidence | undefined {
    const [start, below, ...moves] = values as readonly (number | null)[];
    if (Number.isNaN(this.left) && start !== null) this.left = start!;
    const [added, taken] = this.hasAdds ? moves : [0, moves[0]];
    this.left += (added ?? 0) - (taken ?? 0);
    if (below === null || !(this.left <= below!)) return undefined;
    const { left } = this;
    this.left = start ?? Number.NaN;
    return { left, below: below! };
  }

  write(writer: StateWriter): void {
    writer.number(this.left);
  }

  read(reader: StateReader): void {
    this.left = reader.number();
  }
}

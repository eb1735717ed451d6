import type { Engine } from '../../process/engine.js';
import { LatencyHistogram } from '../../runtime/latency-histogram.js';
import type { EngineFigures } from './engine-look.js';
import type { Lane } from './lanes/host.js';

/** What the lanes tell at this moment, together with the engine that merges their windows. */
export async function figuresOf(merging: Engine, lanes: readonly Lane[]): Promise<EngineFigures> {
  // A lane that has ended tells no more; what it had stored counts on.
  const told = await Promise.all(
    lanes.map((lane) =>
      lane.figures().catch(() => ({ rows: lane.latency, inserts: new LatencyHistogram(), size: undefined })),
    ),
  );
  const sizes = [merging.size(), ...told.flatMap(({ size }) => (size ? [size] : []))];
  const total = (part: keyof EngineFigures['state']) => sizes.reduce((sum, size) => sum + size[part], 0);
  return {
    rows: LatencyHistogram.merge(told.map(({ rows }) => rows)),
    inserts: LatencyHistogram.merge(told.map(({ inserts }) => inserts)),
    state: {
      windowBytes: total('windowBytes'),
      deduplicationBytes: total('deduplicationBytes'),
      detectorBytes: total('detectorBytes'),
    },
  };
}

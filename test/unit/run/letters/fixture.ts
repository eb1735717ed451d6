import { loadPipeline } from '../../../../src/core/pipeline/load.js';

export const plan = loadPipeline(
  `
pipeline: parcels
version: 1
topic: { key: parcel }
event:
  id: id
  time: at
  fields:
    id: string
    at: timestamp
    parcel: string
    price: { type: decimal, scale: 2, min: 0, max: 50 }
    kind: { type: string, values: [small, large] }
    count: { type: int, optional: true }
    weight: { type: float, optional: true }
    damaged: { type: bool, optional: true }
time: { max_future_skew: 5m }
windows:
  w: { tumbling: [1m], aggregates: { n: count() } }
`,
  'parcels.yaml',
);

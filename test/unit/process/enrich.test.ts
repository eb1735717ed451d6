import { describe, expect, it } from 'vitest';
import { loadPipeline } from '../../../src/core/pipeline/load.js';
import { ReferenceDecoder } from '../../../src/core/process/decode/reference.js';
import { Dictionary } from '../../../src/core/process/dictionary.js';
import { EnrichmentTables } from '../../../src/core/process/enrich.js';
import { fetched, Trial } from './support.js';

const plan = loadPipeline(
  `
pipeline: fleet
version: 1
topic: { key: id }
event:
  id: id
  time: at
  fields:
    id: string
    at: timestamp
    device: { type: string, optional: true }
    level: { type: int, optional: true }
enrich:
  - table: devices
    on: { field: device, column: device_id }
    take:
      site: site_id
      limit: { column: nominal_max, type: decimal, scale: 1 }
      since: { column: installed_at, type: timestamp }
      wired: { column: wired, type: bool }
  - { table: sites, on: { field: site, column: site_id }, take: { country: country } }
  - { table: levels, on: { field: level, column: level }, take: { level_name: name } }
windows:
  w: { tumbling: [10], by: [country], aggregates: { n: count() } }
`,
  'test.yaml',
);

const device = ['s1', 195, 1000, true];

function tables(dictionary = new Dictionary()) {
  const made = new EnrichmentTables(plan, dictionary);
  made.loadStep(0, [
    { key: 'd1', values: device },
    { key: 'd2', values: [null, 70, 1000, false] },
  ]);
  made.loadStep(1, [{ key: 's1', values: ['NL'] }]);
  made.loadStep(2, [{ key: 3, values: ['high'] }]);
  return { tables: made, dictionary };
}

/** The enriched columns of one event. */
function enriched({ tables: from, dictionary }: ReturnType<typeof tables>, event: Record<string, unknown>) {
  const value = { id: 'x', at: 0, ...event };
  const batch = new ReferenceDecoder(plan, dictionary).decode(fetched([{ partition: 0, offset: 0, value }]));
  from.fill(batch);
  return Object.fromEntries(
    plan.fields.slice(plan.eventFields).map(({ name }, index) => {
      const column = batch.columns[plan.eventFields + index]!;
      if (column.kind === 'number') return [name, Number.isNaN(column.values[0]) ? null : column.values[0]];
      if (column.kind !== 'interned') throw new Error(column.kind);
      return [name, column.ids[0]! < 0 ? null : dictionary.textOf(column.ids[0]!)];
    }),
  );
}

const nothing = { site: null, limit: null, since: null, wired: null, country: null, level_name: null };

describe('enrichment', () => {
  it('fills columns from the row, through another one too, and by numbers', () => {
    expect(enriched(tables(), { device: 'd1', level: 3 })).toEqual({
      site: 's1',
      limit: 195,
      since: 1000,
      wired: 1,
      country: 'NL',
      level_name: 'high',
    });
  });

  it('leaves nulls where the key or the row or the value is missing', () => {
    const some = tables();
    expect(enriched(some, {})).toEqual(nothing);
    expect(enriched(some, { device: 'd9', level: 4 })).toEqual(nothing);
    expect(enriched(some, { device: 'd2' })).toEqual({ ...nothing, limit: 70, since: 1000, wired: 0 });
  });

  it('follows changes, of rows that were looked up before and of rows that were not there', () => {
    const some = tables();
    expect(enriched(some, { device: 'd1' }).country).toBe('NL');
    expect(enriched(some, { device: 'd3' }).site).toBeNull();
    some.tables.applyChange(1, 's1', ['DE']);
    some.tables.applyChange(0, 'd3', device);
    expect(enriched(some, { device: 'd1' }).country).toBe('DE');
    expect(enriched(some, { device: 'd3' }).country).toBe('DE');
    some.tables.applyChange(0, 'd1', null);
    expect(enriched(some, { device: 'd1' })).toEqual(nothing);
  });

  it('refuses values of another type, by name, and leaves the row as it was', () => {
    const some = tables();
    const expected = 'devices where the key is d1: expected decimal for limit, got much';
    expect(() => some.tables.loadStep(0, [{ key: 'd1', values: ['s2', 'much', 0, true] }])).toThrow(expected);
    expect(enriched(some, { device: 'd1' }).site).toBe('s1');
  });

  it('moves to another dictionary with the batches', () => {
    const some = tables();
    enriched(some, { device: 'd1' });
    const dictionary = new Dictionary();
    dictionary.idOf('something else');
    some.tables.moveTo(dictionary);
    expect(enriched({ tables: some.tables, dictionary }, { device: 'd1' })).toMatchObject({
      site: 's1',
      country: 'NL',
    });
  });

  it('happens before windows group by what it brings', () => {
    const { tables: made, dictionary } = tables();
    const trial = new Trial(plan, [0], { dictionary, enrichment: made });
    trial.process([
      { partition: 0, offset: 0, value: { id: 'a', at: 1, device: 'd1' } },
      { partition: 0, offset: 1, value: { id: 'b', at: 2, device: 'd9' } },
    ]);
    expect(trial.finish()).toEqual(['[0,10) NL: 1 ~', '[0,10) : 1 ~']);
  });
});

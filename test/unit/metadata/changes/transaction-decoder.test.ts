import type { Pgoutput } from 'pg-logical-replication';
import { describe, expect, it } from 'vitest';
import { KnownRows } from '../../../../src/core/metadata/changes/known-rows.js';
import { TransactionDecoder } from '../../../../src/core/metadata/changes/transaction-decoder.js';
import { loadPipeline } from '../../../../src/core/pipeline/load.js';

const plan = loadPipeline(
  `
pipeline: fleet
version: 1
topic: { key: id }
event: { id: id, time: at, fields: { id: string, at: timestamp, device: string, model: string } }
enrich:
  - table: devices
    on: { field: device, column: device_id }
    take: { site: site_id, limit: { column: nominal_max, type: decimal, scale: 1 }, wired: { column: wired, type: bool } }
  - { table: devices, on: { field: model, column: model }, take: { example: device_id } }
windows: { w: { tumbling: [10s], by: [site], aggregates: { n: count() } } }
`,
  'fleet.yaml',
);

const boolOid = 16;
const textOid = 25;

function relation(columns: string[], name = 'devices', schema = 'fleet'): Pgoutput.MessageRelation {
  const column = (each: string) => ({
    name: each,
    flags: 0,
    typeOid: each === 'wired' ? boolOid : textOid,
    typeMod: -1,
    typeSchema: null,
    typeName: null,
    parser: String,
  });
  return {
    tag: 'relation',
    relationOid: 1,
    schema,
    name,
    replicaIdentity: 'default',
    columns: columns.map(column),
    keyColumns: ['device_id'],
  };
}

const devices = relation(['device_id', 'model', 'site_id', 'nominal_max', 'wired']);
type Row = Record<string, string | null | undefined>;
const d1: Row = { device_id: 'd1', model: 'm1', site_id: 's1', nominal_max: '19.5', wired: 't' };

const insert = (row: Row, of = devices): Pgoutput.Message => ({ tag: 'insert', relation: of, new: row });
const update = (row: Row, key: Row | null = null, old: Row | null = null): Pgoutput.Message => ({
  tag: 'update',
  relation: devices,
  key,
  old,
  new: row,
});
const remove = (old: Row): Pgoutput.Message => ({ tag: 'delete', relation: devices, key: null, old });
const truncate: Pgoutput.Message = { tag: 'truncate', cascade: false, restartIdentity: false, relations: [devices] };

/** The changes of one transaction; what is known are d1 and d2. */
function decoded(...messages: Pgoutput.Message[]) {
  const known = new KnownRows(2, [
    [
      { key: 'd1', values: ['s1', 195, true] },
      { key: 'd2', values: ['s2', 70, null] },
    ],
    [{ key: 'm1', values: ['d1'] }],
  ]);
  const decoder = new TransactionDecoder(plan, known);
  const begin: Pgoutput.Message = { tag: 'begin', commitLsn: '0/1', commitTime: 0n, xid: 1 };
  for (const message of [begin, ...messages]) expect(decoder.decode(message)).toBeUndefined();
  const { changes, lsn } = decoder.decode({
    tag: 'commit',
    flags: 0,
    commitLsn: '0/A',
    commitEndLsn: '0/B',
    commitTime: 0n,
  })!;
  expect(lsn).toBe('0/B');
  return changes.map((each) => Object.fromEntries(each));
}

describe('a transaction', () => {
  it('brings new rows, with values as the engine holds them, to every step that reads the table', () => {
    const row = { device_id: 'd3', model: 'm3', site_id: null, nominal_max: '-7', wired: 'f' };
    expect(decoded(insert(row))).toEqual([{ d3: [null, -70, false] }, { m3: ['d3'] }]);
  });

  it('moves a row whose key changes, and keeps long values that were not sent', () => {
    const row = { ...d1, device_id: 'd9', site_id: undefined };
    expect(decoded(update(row, null, d1))).toEqual([{ d1: null, d9: ['s1', 195, true] }, { m1: ['d9'] }]);
  });

  it('takes the old key from the replica identity, which may be the key alone', () => {
    expect(decoded(update({ ...d1, device_id: 'd9' }, { device_id: 'd1', model: 'm1' }))[0]).toEqual({
      d1: null,
      d9: ['s1', 195, true],
    });
  });

  it('knows what it wrote itself', () => {
    const long = { ...d1, device_id: 'd3', site_id: 'long' };
    expect(decoded(insert(long), update({ ...long, nominal_max: '1', site_id: undefined }))[0]).toEqual({
      d3: ['long', 10, true],
    });
    expect(decoded(insert(long), remove(long))[0]).toEqual({ d3: null });
    expect(decoded(remove(d1), insert({ ...d1, wired: 'f' }))[0]).toEqual({ d1: ['s1', 195, false] });
  });

  it('empties a table, with what it wrote before and not with what it writes after', () => {
    expect(decoded(insert({ ...d1, device_id: 'd3' }), truncate, insert({ ...d1, device_id: 'd4' }))[0]).toEqual({
      d1: null,
      d2: null,
      d3: null,
      d4: ['s1', 195, true],
    });
  });

  it('leaves out rows without a key and other tables', () => {
    const other = relation(['device_id', 'model'], 'devices', 'elsewhere');
    expect(decoded(insert({ ...d1, device_id: null }), insert(d1, other))[0]).toEqual({});
    expect(decoded(update({ ...d1, device_id: null }, null, d1))[0]).toEqual({ d1: null });
  });
});

it('a column that is gone or a value that does not fit is named', () => {
  expect(() => decoded(relation(['device_id', 'model', 'site_id', 'wired']))).toThrow(
    'enrich step 1 needs column nominal_max of fleet.devices, which has device_id, model, site_id, wired',
  );
  expect(() => decoded(insert({ ...d1, nominal_max: '1.25' }))).toThrow(
    'fleet.yaml: enrich step 1: fleet.devices.nominal_max: expected decimal of scale 1, got "1.25"',
  );
});

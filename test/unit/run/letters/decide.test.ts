import { expect, it } from 'vitest';
import { compileCheck } from '../../../../src/core/process/decode/validate.js';
import { judgeFor } from '../../../../src/core/run/ingest/judge.js';
import { type Decision, decide } from '../../../../src/core/run/letters/decide.js';
import { parseSettings } from '../../../../src/core/run/letters/repair.js';
import { plan } from './fixture.js';

const now = Date.UTC(2026, 0, 1);
const good = { id: 'e1', at: now - 1000, parcel: 'p1', price: 1.5, kind: 'small' };
const isId = compileCheck(plan.fields[plan.id]!);

function decision(value: unknown, { set = [] as string[], force = false, key = 'p1' as string | null } = {}): Decision {
  const bytes = value === null ? null : Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
  const letter = {
    ...{ topic: 'parcels.events', partition: 0, offset: 1, reason: 'wrong_type', field: 'price', time: now - 5000 },
    ...{ key: key === null ? null : Buffer.from(key), value: bytes, headers: new Map<string, string>() },
  };
  return decide(letter, now, {
    judge: judgeFor(plan),
    settings: parseSettings(plan, set),
    event: { id: 'id', time: 'at', key: 'parcel', isId: (value) => value !== undefined && isId(value) === 0 },
    force,
  });
}

it('sends a letter that is valid by now byte for byte', () => {
  const text = ` ${JSON.stringify({ ...good, more: 1 })} `;
  expect(decision(text)).toEqual({ send: Buffer.from(text), eventTime: good.at });
});

it('sends a mended one with the setting in it', () => {
  expect(decision({ ...good, price: {} }, { set: ['price=2.25'] })).toEqual({
    send: Buffer.from(JSON.stringify({ ...good, price: 2.25 })),
    eventTime: good.at,
  });
});

it.each([
  ['a value that is still wrong', { ...good, price: 'x' }, [], 'wrong_type: price: "x"'],
  ['another field that is wrong', { ...good, kind: 'x', price: 'x' }, ['price=1'], 'not_allowed: kind: "x"'],
  ['what is no JSON', 'damaged', ['price=1'], 'not_json'],
  ['what is no object', '[1]', [], 'not_an_object'],
  ['no value', null, [], 'null_value'],
  ['an event still too early', { ...good, at: now + 300_001 }, [], `future: at: ${now + 300_001}`],
])('skips %s', (_, value, set, problem) => {
  expect(decision(value, { set })).toEqual({ skip: 'still_invalid', problem });
});

it('judges the future against the new record’s time, not the old one’s', () => {
  expect(decision({ ...good, at: now + 300_000 })).toMatchObject({ eventTime: now + 300_000 });
});

it('keeps the identity: an id is set only where there is no valid one', () => {
  expect(decision(good, { set: ['id=e2'] })).toEqual({ skip: 'other_id' });
  expect(decision(good, { set: ['id=e2'], force: true })).toEqual({ skip: 'other_id' });
  expect(decision(good, { set: ['id=e1'] })).toMatchObject({ eventTime: good.at });
  expect(decision({ ...good, id: 17 }, { set: ['id=e2'] })).toMatchObject({ eventTime: good.at });
});

it('keeps the partition: the key field gets the record’s key and no other', () => {
  const { parcel, ...without } = good;
  expect(decision(without, { set: [`parcel=${parcel}`] })).toMatchObject({ eventTime: good.at });
  expect(decision(without, { set: ['parcel=p2'] })).toMatchObject({ skip: 'other_key' });
  expect(decision(without, { set: ['parcel=p2'], key: null })).toMatchObject({ eventTime: good.at });
});

it('sends anything with force, as it came; what cannot take a setting is skipped all the same', () => {
  expect(decision('damaged', { force: true })).toEqual({ send: Buffer.from('damaged'), eventTime: undefined });
  expect(decision(null, { force: true })).toEqual({ send: null, eventTime: undefined });
  expect(decision('damaged', { force: true, set: ['price=1'] })).toMatchObject({ skip: 'still_invalid' });
  expect(decision({ ...good, kind: 'x' }, { force: true, set: ['price=1'] })).toMatchObject({ eventTime: good.at });
});

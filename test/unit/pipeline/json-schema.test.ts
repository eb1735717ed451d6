import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { eventJsonSchema } from '../../../src/core/pipeline/json-schema.js';
import { shopPlan } from './fixtures.js';

const schema = eventJsonSchema(shopPlan());
const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(schema);

const order = {
  order_id: 'o1',
  ordered_at: 1_700_000_000_000,
  customer: 'c1',
  kind: 'order',
  product: 'p1',
  quantity: 2,
  price: 19.99,
};

describe('eventJsonSchema', () => {
  it('describes each field', () => {
    expect(schema).toMatchObject({
      title: 'shop.events',
      required: ['order_id', 'ordered_at', 'customer', 'kind', 'product', 'quantity', 'price'],
      properties: {
        price: { type: 'number', minimum: 0, description: 'at most 2 digits after the point' },
        weight: { type: ['number', 'null'] },
      },
    });
    expect(schema.properties).not.toHaveProperty('category');
  });

  it.each([
    ['an event', {}, true],
    ['optional fields', { weight: 0.1, gift: false, note: '' }, true],
    ['null for an optional field', { note: null }, true],
    ['a field of its own', { colour: 'red' }, true],
    ['a missing field', { customer: undefined }, false],
    ['null for a required field', { customer: null }, false],
    ['a wrong type', { quantity: '2' }, false],
    ['a fraction for an int', { quantity: 1.5 }, false],
    ['a value above max', { quantity: 101 }, false],
    ['a value below min', { price: -0.01 }, false],
    ['a value that is not in the list', { kind: 'gift' }, false],
    ['a time in seconds with a fraction', { ordered_at: 1_700_000_000.5 }, false],
    ['a time beyond what the store holds', { ordered_at: 1.1e13 }, false],
  ])('judges %s', (_, change, valid) => {
    expect(validate(JSON.parse(JSON.stringify({ ...order, ...change })))).toBe(valid);
  });
});

import { describe, expect, it } from 'vitest';
import { type Edit, problemsOf } from './problems-of.js';

describe('loadPipeline, event fields', () => {
  it.each<[what: string, edit: Edit, message: string]>([
    [
      'an unknown id',
      ['id: order_id', 'id: order_idd'],
      'shop.yaml:8: event.id: unknown field "order_idd"; did you mean "order_id"?',
    ],
    [
      'an id of another type',
      ['id: order_id', 'id: quantity'],
      'shop.yaml:8: event.id: expected a field of type string, got "quantity" of type int',
    ],
    [
      'an optional id',
      ['id: order_id', 'id: note'],
      'shop.yaml:8: event.id: expected a field that is always there, got "note", which is optional',
    ],
    [
      'a time that is no timestamp',
      ['time: ordered_at', 'time: quantity'],
      'shop.yaml:9: event.time: expected a field of type timestamp, got "quantity" of type int',
    ],
    [
      'an unknown key',
      ['key: customer', 'key: costumer'],
      'shop.yaml:6: topic.key: unknown field "costumer"; did you mean "customer"?',
    ],
    [
      'a key that is no string',
      ['key: customer', 'key: gift'],
      'shop.yaml:6: topic.key: expected a field of type string, got "gift" of type bool',
    ],
    [
      'an unknown type',
      ['product: string', 'product: text'],
      'shop.yaml:15: event.fields.product: expected one of string, int, float, decimal, bool, timestamp, got "text"',
    ],
    [
      'a name with capitals',
      ['    note:', '    Note:'],
      'shop.yaml:20: event.fields.Note: as a name: expected lower-case letters, digits and _ beginning with a letter, at most 63',
    ],
    [
      'a name with a leading _',
      ['    note:', '    _note:'],
      'shop.yaml:20: event.fields._note: as a name: expected lower-case letters, digits and _ beginning with a letter, at most 63',
    ],
    [
      'a name that is too long',
      ['    note:', `    ${'n'.repeat(64)}:`],
      'shop.yaml:20: event.fields.nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn: as a name: expected lower-case letters, digits and _ beginning with a letter, at most 63',
    ],
    [
      'a reserved column',
      ['    note:', '    window_start:'],
      'shop.yaml:20: event.fields.window_start: "window_start" is a column of every table of windows; take another name',
    ],
    [
      'a word of the language',
      ['    note:', '    in:'],
      'shop.yaml:20: event.fields.in: "in" is a word of the expression language; take another name',
    ],
    [
      'a decimal without scale',
      ['{ type: decimal, scale: 2, min: 0 }', 'decimal'],
      'shop.yaml:17: event.fields.price: a decimal needs its number of digits after the point, such as scale: 2',
    ],
    [
      'a scale on an int',
      ['{ type: int, min: 1', '{ type: int, scale: 1, min: 1'],
      'shop.yaml:16: event.fields.quantity.scale: only decimals have a scale, this is int',
    ],
    [
      'a scale that is too large',
      ['scale: 2', 'scale: 12'],
      'shop.yaml:17: event.fields.price.scale: expected 0 to 9 digits; got 12',
    ],
    [
      'values of an int',
      ['{ type: int, min', '{ type: int, values: ["1"], min'],
      'shop.yaml:16: event.fields.quantity.values: only strings have a list of values, this is int; use min and max',
    ],
    [
      'a value twice',
      ['[order, refund]', '[order, refund, order]'],
      'shop.yaml:14: event.fields.kind.values.2: "order" is listed twice',
    ],
    [
      'limits of a string',
      ['values: [order, refund]', 'values: [order, refund], min: 1'],
      'shop.yaml:14: event.fields.kind.min: only int, float and decimal have limits, this is string',
    ],
    [
      'limits the wrong way round',
      ['min: 1, max: 100', 'min: 100, max: 1'],
      'shop.yaml:16: event.fields.quantity.max: expected at least min, 100, got 1',
    ],
    ['a field twice', ['    note:', '    quantity: int\n    note:'], 'shop.yaml:20: Map keys must be unique'],
    [
      'an unknown property',
      ['optional: true }', 'optinal: true }'],
      'shop.yaml:18: event.fields.weight: unknown key "optinal"; did you mean "optional"?',
    ],
  ])('%s', (_, edit, message) => {
    expect(problemsOf(edit)).toBe(message);
  });
});

describe('loadPipeline, hints for generate', () => {
  const price = (hints: string): Edit => [
    'price: { type: decimal, scale: 2, min: 0 }',
    `price: { type: decimal, scale: 2, generate: { ${hints} } }`,
  ];
  const note = (hints: string): Edit => [
    'note: { type: string, optional: true }',
    `note: { type: string, generate: { ${hints} } }`,
  ];

  it.each<[what: string, edit: Edit, message: string]>([
    [
      'a distribution of a string',
      note('distribution: normal'),
      'shop.yaml:20: event.fields.note.generate.distribution: only int, float and decimal have a distribution, this is string',
    ],
    [
      'a cardinality of a decimal',
      price('cardinality: 5'),
      'shop.yaml:17: event.fields.price.generate.cardinality: only ints, and strings without a list of values, have a cardinality',
    ],
    [
      'an origin and a distribution',
      price('from: products.cost, mean: 3'),
      'shop.yaml:17: event.fields.price.generate.mean: the value comes from products.cost; leave mean out',
    ],
    [
      'an origin that is no column',
      note('from: products'),
      'shop.yaml:20: event.fields.note.generate.from: expected table.column; got "products"',
    ],
    [
      'an unknown table',
      note('from: product.category'),
      'shop.yaml:20: event.fields.note.generate.from: unknown table "product"; did you mean "products"?',
    ],
    [
      'an unknown column',
      note('from: products.categry'),
      'shop.yaml:20: event.fields.note.generate.from: unknown column "categry"; did you mean "category"?',
    ],
    [
      'an absence of what is required',
      note('absent: 0.5'),
      'shop.yaml:20: event.fields.note.generate.absent: only optional fields can be absent; add optional: true',
    ],
    [
      'an absence above 1',
      note('absent: 5'),
      'shop.yaml:20: event.fields.note.generate.absent: expected a share from 0 to 1; got 5',
    ],
  ])('%s', (_, edit, message) => {
    expect(problemsOf(edit)).toBe(message);
  });
});

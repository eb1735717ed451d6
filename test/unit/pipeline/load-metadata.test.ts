import { describe, expect, it } from 'vitest';
import { type Edit, problemsOf } from './problems-of.js';

describe('loadPipeline, metadata', () => {
  it.each<[what: string, edit: Edit, message: string]>([
    [
      'a key that is no column',
      ['key: product', 'key: produkt'],
      'shop.yaml:32: metadata.tables.products.key: unknown column "produkt"; did you mean "product"?',
    ],
    [
      'a key of another type',
      ['key: product', 'key: cost'],
      'shop.yaml:32: metadata.tables.products.key: expected a key of type text or int, got "cost" of type decimal\nshop.yaml:44: enrich.0.on.column: expected the key of products, "cost", got "product"',
    ],
    [
      'an unknown column in a row',
      ['{ category: c1, name: Tea }', '{ category: c1, nme: Tea }'],
      'shop.yaml:40: metadata.tables.categories.rows.0.nme: unknown column "nme"; did you mean "name"?',
    ],
    [
      'a value of another type',
      ['cost: 1.125', 'cost: cheap'],
      'shop.yaml:34: metadata.tables.products.rows.0.cost: expected a decimal with at most 3 digits after the point and 12 before it, got "cheap"',
    ],
    [
      'a text that YAML reads as a number',
      ['{ category: c1, name: Tea }', '{ category: c1, name: 7 }'],
      'shop.yaml:40: metadata.tables.categories.rows.0.name: expected text (in YAML, quote what looks like a number), got 7',
    ],
    [
      'a row without its key',
      ['{ category: c1, name: Tea }', '{ name: Tea }'],
      'shop.yaml:40: metadata.tables.categories.rows.0: expected a value for the key "category"',
    ],
    [
      'a key twice',
      ['product: p2', 'product: p1'],
      'shop.yaml:35: metadata.tables.products.rows.1.product: the key "p1" is there twice',
    ],
    [
      'rows in two places',
      ['      key: category', '      key: category\n      rows_from: categories.csv'],
      'shop.yaml:36: metadata.tables.categories: expected either rows: [...] or rows_from: FILE.csv',
    ],
    [
      'a decimal without scale',
      ['cost: { type: decimal, scale: 3 } }', 'cost: { type: decimal } }'],
      'shop.yaml:31: metadata.tables.products.columns.cost.scale: missing; expected a number',
    ],
  ])('%s', (_, edit, message) => {
    expect(problemsOf(edit)).toBe(message);
  });
});

describe('loadPipeline, enrichments', () => {
  it.each<[what: string, edit: Edit, message: string]>([
    [
      'an unknown field',
      ['on: { field: product,', 'on: { field: produkt,'],
      'shop.yaml:44: enrich.0.on.field: unknown field "produkt"; did you mean "product"?',
    ],
    [
      'a field taken by a later one',
      ['on: { field: product,', 'on: { field: category_name,'],
      'shop.yaml:44: enrich.0.on.field: unknown field "category_name"; expected one of: order_id, ordered_at, customer, kind, product, quantity, price, weight, gift, note',
    ],
    [
      'a float to look up by',
      ['on: { field: product,', 'on: { field: weight,'],
      'shop.yaml:44: enrich.0.on.field: expected a string or an int to look up by, got "weight" of type float',
    ],
    [
      'an unknown table',
      ['table: products', 'table: product'],
      'shop.yaml:43: enrich.0.table: unknown table "product"; did you mean "products"?',
    ],
    [
      'a column that is not the key',
      ['on: { field: product, column: product }', 'on: { field: product, column: category }'],
      'shop.yaml:44: enrich.0.on.column: expected the key of products, "product", got "category"',
    ],
    [
      'an unknown column',
      ['take: { category: category,', 'take: { category: categry,'],
      'shop.yaml:45: enrich.0.take.category: unknown column "categry"; did you mean "category"?',
    ],
    [
      'a field of the event',
      ['take: { category: category,', 'take: { note: category,'],
      'shop.yaml:45: enrich.0.take.note: "note" is already a field of the event; take it under another name, such as note_2\nshop.yaml:47: enrich.1.on.field: unknown field "category"; expected one of: order_id, ordered_at, customer, kind, product, quantity, price, weight, gift, note, cost',
    ],
    [
      'a field taken before',
      ['take: { category_name: name }', 'take: { category: name }'],
      'shop.yaml:48: enrich.1.take.category: "category" is already taken before; take it under another name, such as category_2\nshop.yaml:55: windows.sales.by.0: unknown field "category_name"; did you mean "category"?',
    ],
    [
      'a type that does not hold the column',
      ['type: decimal, scale: 3 } }\n  - table: categories', 'type: decimal, scale: 2 } }\n  - table: categories'],
      "shop.yaml:45: enrich.0.take.cost: expected a type that holds the column's decimal of scale 3, got decimal of scale 2",
    ],
    [
      'nothing to take',
      ['take: { category_name: name }', 'take: {}'],
      'shop.yaml:48: enrich.1.take: expected at least one field to take\nshop.yaml:55: windows.sales.by.0: unknown field "category_name"; did you mean "category"?',
    ],
  ])('%s', (_, edit, message) => {
    expect(problemsOf(edit)).toBe(message);
  });
});

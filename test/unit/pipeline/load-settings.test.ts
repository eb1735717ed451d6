import { describe, expect, it } from 'vitest';
import { loadPipeline } from '../../../src/core/pipeline/load.js';
import { type Edit, problemsOf } from './problems-of.js';

describe('loadPipeline, times', () => {
  it.each<[what: string, edit: Edit, message: string]>([
    [
      'a horizon below the lateness',
      ['horizon: 30s', 'horizon: 9s'],
      'shop.yaml:27: deduplicate.horizon: expected at least time.allowed_lateness, 10s, got 9s: a repeat that is forgotten must be late',
    ],
    [
      'a duration that is none',
      ['out_of_orderness: 2s', 'out_of_orderness: 2 sec'],
      'shop.yaml:22: time.out_of_orderness: expected a duration in whole milliseconds such as 250ms, 5s or 1h30m, got "2 sec"',
    ],
    [
      'a negative duration',
      ['out_of_orderness: 2s', 'out_of_orderness: -5'],
      'shop.yaml:22: time.out_of_orderness: expected a duration in whole milliseconds such as 250ms, 5s or 1h30m, got -5',
    ],
    [
      'half a millisecond',
      ['out_of_orderness: 2s', 'out_of_orderness: 0.5ms'],
      'shop.yaml:22: time.out_of_orderness: expected a duration in whole milliseconds such as 250ms, 5s or 1h30m, got "0.5ms"',
    ],
    [
      'no idle timeout',
      ['idle_timeout: 5s', 'idle_timeout: 0'],
      'shop.yaml:25: time.idle_timeout: expected more than 0',
    ],
    [
      'no retention',
      ['  key: customer', '  key: customer\n  retention: 0s'],
      'shop.yaml:7: topic.retention: expected more than 0',
    ],
    [
      'a size that is none',
      ['  key: customer', '  key: customer\n  max_bytes: 3 apples'],
      'shop.yaml:7: topic.max_bytes: expected a size such as 512MiB, got "3 apples"',
    ],
  ])('%s', (_, edit, message) => {
    expect(problemsOf(edit)).toBe(message);
  });
});

describe('loadPipeline, names', () => {
  it.each<[what: string, edit: Edit, message: string]>([
    [
      'a topic of another stream',
      ['  key: customer', '  key: customer\n  name: shop.late'],
      'shop.yaml:7: topic.name: "shop.late" is the topic of another stream of this pipeline; take another name',
    ],
    [
      'a topic that Kafka would refuse',
      ['  key: customer', '  key: customer\n  name: "my orders"'],
      'shop.yaml:7: topic.name: expected letters, digits, . _ and -, at most 200; got "my orders"',
    ],
    [
      'a schema of PostgreSQL',
      ['pipeline: shop', 'pipeline: pg_shop'],
      'shop.yaml:1: pipeline: "pg_shop" is a schema of PostgreSQL\'s or pipe\'s own; take another name',
    ],
    [
      'a name of several words',
      ['pipeline: shop', 'pipeline: my shop'],
      'shop.yaml:1: pipeline: expected lower-case letters, digits and _ beginning with a letter, at most 63; got "my shop"',
    ],
    ['another version', ['version: 1', 'version: 2'], 'shop.yaml:2: version: expected 1, got 2'],
  ])('%s', (_, edit, message) => {
    expect(problemsOf(edit)).toBe(message);
  });
});

describe('loadPipeline, queries and store', () => {
  it.each<[what: string, edit: Edit, message: string]>([
    [
      'a parameter that the sql lacks',
      ['params: { size: 60000, limit: 10 }', 'params: { size: 60000, limt: 10 }'],
      'shop.yaml:80: queries.top.params.limt: not in the sql: unknown parameter "limt"; did you mean "limit"?',
    ],
    [
      'a parameter without a type',
      ['{limit:UInt32}', '{limit}'],
      'shop.yaml:77: queries.top.sql: expected a parameter with its type, such as {limit:String}, got {limit}',
    ],
    [
      'a default of another type',
      ['limit: 10 }', 'limit: ten }'],
      'shop.yaml:80: queries.top.params.limit: expected a number for UInt32, got "ten"',
    ],
    [
      'a statement that writes',
      ['SELECT category_name', 'INSERT INTO x SELECT category_name'],
      'shop.yaml:77: queries.top.sql: expected a statement that begins with SELECT or WITH',
    ],
    [
      'two statements',
      ['LIMIT {limit:UInt32}', 'LIMIT {limit:UInt32}; SELECT 1'],
      'shop.yaml:77: queries.top.sql: expected one statement, got several',
    ],
    [
      'an unknown field to order by',
      ['queries:', 'store: { raw: { order_by: [knd] } }\nqueries:'],
      'shop.yaml:74: store.raw.order_by.0: unknown field "knd"; did you mean "kind"?',
    ],
    [
      'a time to live of nothing',
      ['queries:', 'store: { windows: { ttl: 0 } }\nqueries:'],
      'shop.yaml:74: store.windows.ttl: expected more than 0; leave it out to keep all',
    ],
    [
      'alerts that are kept for no time',
      ['queries:', 'store: { alerts: { ttl: 0 } }\nqueries:'],
      'shop.yaml:74: store.alerts.ttl: expected more than 0; leave it out to keep all',
    ],
  ])('%s', (_, edit, message) => {
    expect(problemsOf(edit)).toBe(message);
  });

  it('leaves what stands in texts and comments of the sql alone', () => {
    expect(problemsOf(['WHERE window_size', "WHERE category_name != '{x}; -- {y}' /* {z} */ AND window_size"])).toBe(
      'no problem',
    );
  });
});

describe('loadPipeline', () => {
  it('shows all problems of meaning at once, in the order of the lines', () => {
    expect(
      problemsOf(
        ['items: sum(quantity)', 'items: sum(kind)'],
        ['key: customer', 'key: nobody'],
        ['horizon: 30s', 'horizon: 1s'],
      ),
    ).toBe(
      [
        'shop.yaml:6: topic.key: unknown field "nobody"; expected one of: order_id, ordered_at, customer, kind, product, quantity, price, weight, gift, note',
        'shop.yaml:27: deduplicate.horizon: expected at least time.allowed_lateness, 10s, got 1s: a repeat that is forgotten must be late',
        'shop.yaml:73: windows.totals.aggregates.items: sum expects a number, got string at character 5',
      ].join('\n'),
    );
  });

  it('gives the line of broken syntax', () => {
    expect(problemsOf(['tumbling: [1m]', 'tumbling: [1m'])).toBe(
      'shop.yaml:71: Flow sequence in block collection must be sufficiently indented and end with a ]',
    );
  });

  it('asks for what an empty file lacks', () => {
    expect(() => loadPipeline('', 'empty.yaml')).toThrow(
      [
        'empty.yaml:1: pipeline: missing; expected a string',
        'empty.yaml:1: version: expected 1, got nothing',
        'empty.yaml:1: topic: missing; expected a mapping',
        'empty.yaml:1: event: missing; expected a mapping',
        'empty.yaml:1: windows: missing; expected a mapping',
      ].join('\n'),
    );
  });
});

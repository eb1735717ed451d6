import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answerColumn } from '../../../src/core/query/pages/columns.js';
import { decodeCursor, encodeCursor } from '../../../src/core/query/pages/cursor.js';
import { partsOf, startOf } from '../../../src/core/query/pages/near.js';
import { pageStatement } from '../../../src/core/query/pages/page.js';
import { Reaches } from '../../../src/core/query/pages/reach.js';
import { readPage, rowsAsCsv, rowsAsJson } from '../../../src/core/query/pages/rows.js';
import { reachOf } from '../../../src/core/query/pages/sources.js';
import { window } from '../sink/fixture.js';

const start = answerColumn('window_start', "DateTime64(3, 'UTC')");
const site = answerColumn('site', 'LowCardinality(Nullable(String))');
const floor = answerColumn('floor', 'Int64');
const total = answerColumn('total', 'Nullable(Decimal(38, 2))');
const source = { table: 'shop_stats_rows', columns: [start, site, floor, total], order: [start, site, floor] };

describe('a page', () => {
  it('is one statement, its values bound', () => {
    const { sql, params } = pageStatement(source, {
      conditions: [{ column: 'window_start', is: '>=', value: '1000', type: 'time' }],
      order: 'desc',
      limit: 10,
      cursor: encodeCursor(['2026-01-31T00:00:00.000Z', null, '7']),
    });
    expect(sql.split('\n')).toEqual([
      'SELECT `window_start`, `site`, `floor`, `total`',
      'FROM `shop_stats_rows` FINAL',
      "WHERE `window_start` >= fromUnixTimestamp64Milli({c0:Int64}, 'UTC') AND (`window_start`, isNull(`site`), ifNull(`site`, ''), `floor`) < (fromUnixTimestamp64Milli({a0:Int64}, 'UTC'), {a1:UInt8}, {a2:String}, {a3:Int64})",
      "ORDER BY `window_start` DESC, isNull(`site`) DESC, ifNull(`site`, '') DESC, `floor` DESC",
      'LIMIT {limit:UInt32}',
    ]);
    expect(params).toEqual({ limit: '11', c0: '1000', a0: '1769817600000', a1: '1', a2: '', a3: '7' });
  });

  it('has a row more than is shown, which tells of the next', () => {
    const answer =
      '["2026-01-31T00:00:00.000Z","a","1","2.50"]\n["2026-01-31T00:00:00.000Z",null,"2",null]\n["x","y","3",null]\n';
    const page = readPage(answer, source, 2);
    expect(page.rows).toHaveLength(2);
    expect(decodeCursor(page.next!, source.order)).toEqual(['2026-01-31T00:00:00.000Z', null, '2']);
    expect(readPage(answer, source, 3).next).toBeNull();
    expect(readPage('', source, 3)).toEqual({ rows: [], next: null });
  });

  it('keeps all digits in JSON', () => {
    const rows = [['2026-01-31T00:00:00.000Z', 'say "hi"', '9007199254740993', '12345678901234567890123.10']];
    expect(rowsAsJson(rows, source.columns)).toBe(
      '[{"window_start":"2026-01-31T00:00:00.000Z","site":"say \\"hi\\"","floor":9007199254740993,"total":12345678901234567890123.10}]',
    );
  });

  it('is CSV as RFC 4180 has it', () => {
    const rows = [['t', 'a,"b"\nc', '1', null]];
    expect(rowsAsCsv(rows, source.columns)).toBe('window_start,site,floor,total\r\nt,"a,""b""\nc",1,\r\n');
  });
});

describe('a cursor', () => {
  const instants = fc
    .date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true })
    .map((date) => date.toISOString());

  it('is read as it was written', () => {
    fc.assert(
      fc.property(instants, fc.option(fc.string()), fc.maxSafeInteger(), (time, name, number) => {
        const place = [time, name, String(number)];
        expect(decodeCursor(encodeCursor(place), source.order)).toEqual(place);
      }),
    );
  });

  it('that no page gave is refused', () => {
    const made = (place: unknown) => Buffer.from(JSON.stringify(place)).toString('base64url');
    const bad = [
      '',
      'x',
      made([]),
      made(['2026-01-31', 'a', null]),
      made(['when', 'a', '1']),
      made(['2026-01-31', 'a', '1; DROP']),
      made({}),
    ];
    for (const cursor of bad) expect(() => decodeCursor(cursor, source.order)).toThrow(/cursor/);
  });
});

describe('parts of time', () => {
  const known = { oldest: 1_000, newest: 10_000 };

  it('start where the page begins, but where there are rows, however far the range goes', () => {
    expect(startOf('desc', undefined, known)).toBe(10_000);
    expect(startOf('desc', 5_000, known)).toBe(5_000);
    expect(startOf('desc', 99_000, known)).toBe(10_000);
    expect(startOf('asc', undefined, known)).toBe(1_000);
    expect(startOf('asc', 5_000, known)).toBe(5_000);
    expect(startOf('asc', 5, known)).toBe(1_000);
  });

  it('go further each time, and end with all of it', () => {
    expect(partsOf('desc', 5_000, 100, known)).toEqual([{ from: 4_900 }, { from: 4_200 }, {}]);
    expect(partsOf('asc', 5_000, 100, known)).toEqual([{ to: 5_100 }, { to: 5_800 }, {}]);
    expect(partsOf('asc', 5_000, 1_000, known)).toEqual([{ to: 6_000 }, {}]);
  });

  it('are one where that is all there is', () => {
    expect(partsOf('desc', 10_000, 9_000, known)).toEqual([{}]);
    expect(partsOf('asc', 9_950, 100, known)).toEqual([{}]);
  });
});

describe('the reach of a page', () => {
  const guess = { leastMs: 100, perRowMs: 40 };

  it('is guessed, until a page of its kind reached further', () => {
    const reaches = new Reaches();
    expect(reaches.span('one device', guess, 10)).toBe(500);
    reaches.learn('one device', guess, 10, 700);
    expect(reaches.span('one device', guess, 10)).toBe(1_000);
    expect(reaches.span('one device', guess, 20)).toBe(1_900);
    expect(reaches.span('all', guess, 10)).toBe(500);
    reaches.learn('one device', guess, 7, 700);
    expect(reaches.span('one device', guess, 10)).toBe(1_386);
  });

  it('is no less than the guess where pages end before that', () => {
    const reaches = new Reaches();
    reaches.learn('all', guess, 10, 20);
    expect(reaches.span('all', guess, 10)).toBe(500);
  });

  it.each([
    ['10s', false, { leastMs: 10_000, perRowMs: 0 }],
    ['10s', true, { leastMs: 10_000, perRowMs: 40_000 }],
    ['1m', false, { leastMs: 170_000, perRowMs: 0 }],
  ])('of windows of %s, by key: %s', (size, some, reach) => expect(reachOf(window, size, some)).toEqual(reach));
});

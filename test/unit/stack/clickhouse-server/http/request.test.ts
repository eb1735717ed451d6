import { expect, test } from 'vitest';
import { readCredentials, readRequest } from '../../../../../src/core/stack/clickhouse-server/http/request.js';

const read = (search: string, headers: Record<string, string> = {}) =>
  readRequest('POST', new URL(`http://server/?${search}`), headers);
const basic = (pair: string) => ({ authorization: `Basic ${Buffer.from(pair).toString('base64')}` });

test('parameters of the interface, settings and query parameters are told apart', () => {
  const request = read(
    'query=select+1&database=db&max_threads=2&param_x=%27a&query_id=q1&default_format=JSON&compress=1',
  );
  expect(request).toMatchObject({
    query: 'select 1',
    database: 'db',
    queryId: 'q1',
    defaultFormat: 'JSON',
    compressBlocks: true,
  });
  expect([...request.settings]).toEqual([['max_threads', '2']]);
  expect([...request.params]).toEqual([['x', "'a"]]);
});

test('headers stand in where the URL says nothing', () => {
  const headers = { 'x-clickhouse-database': 'db', 'x-clickhouse-format': 'CSV', 'x-clickhouse-query-id': 'q' };
  expect(read('', headers)).toMatchObject({ database: 'db', defaultFormat: 'CSV', queryId: 'q' });
});

test('responses are packed only where both the parameter and the header ask for it', () => {
  const accept = { 'accept-encoding': 'gzip;q=0.5, br;q=0, ZSTD' };
  expect(read('enable_http_compression=1', accept).acceptEncodings).toEqual(['gzip', 'zstd']);
  expect(read('', accept).acceptEncodings).toEqual([]);
});

test('sessions', () => {
  expect(read('session_id=s').session).toEqual({ id: 's', timeoutS: 60, check: false, close: false });
  expect(read('session_id=s&session_timeout=5&session_check=1').session).toMatchObject({ timeoutS: 5, check: true });
});

test.each([
  ['session_id=s&session_timeout=x', 374],
  ['session_id=s&session_timeout=99999', 374],
  ['role=admin', 511],
  ['a%20b=1', 115],
  ['param_a-b=1', 36],
])('%s is refused with code %i', (search, code) => {
  expect(() => read(search)).toThrow(expect.objectContaining({ code }));
});

test('credentials come from the ClickHouse headers, basic authentication or the URL', () => {
  const url = new URL('http://server/?user=u&password=p%20w');
  expect(readCredentials(url, {})).toEqual({ user: 'u', password: 'p w' });
  expect(readCredentials(url, basic('a:b:c'))).toEqual({ user: 'a', password: 'b:c' });
  expect(readCredentials(url, { 'x-clickhouse-user': 'x', 'x-clickhouse-key': 'y' })).toEqual({
    user: 'x',
    password: 'y',
  });
  expect(readCredentials(new URL('http://server/'), {})).toBeUndefined();
});

test.each([[{ ...basic('a:b'), 'x-clickhouse-user': 'x' }], [{ authorization: 'Bearer abc' }], [basic('nocolon')]])(
  'credentials %j are refused',
  (headers) => {
    expect(() => readCredentials(new URL('http://server/'), headers)).toThrow(expect.objectContaining({ code: 516 }));
  },
);

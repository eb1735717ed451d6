import { expect, test } from 'vitest';
import {
  requestCompression,
  responseEncoding,
} from '../../../../../src/core/stack/clickhouse-server/http/encodings.js';
import { contentTypeOf, formatName } from '../../../../../src/core/stack/clickhouse-server/http/formats.js';

test('a request body: by the name that the engine knows', () => {
  expect(requestCompression(undefined)).toBe('none');
  expect(requestCompression('x-gzip')).toBe('gzip');
  expect(requestCompression('compress')).toBeUndefined();
});

test('a response: what costs least of what is accepted', () => {
  expect(responseEncoding(['br', 'gzip', 'deflate'])).toBe('gzip');
  expect(responseEncoding(['zstd', 'lz4'])).toBe('lz4');
  expect(responseEncoding(['identity'])).toBeUndefined();
});

test.each([
  ['JSON', 'application/json'],
  ['JSONCompactEachRowWithNames', 'application/x-ndjson'],
  ['TabSeparatedRaw', 'text/tab-separated-values'],
  ['TSV', 'text/tab-separated-values'],
  ['CSVWithNames', 'text/csv'],
  ['RowBinaryWithNamesAndTypes', 'application/octet-stream'],
  ['Native', 'application/octet-stream'],
  ['Pretty', 'text/plain'],
])('%s is %s', (format, type) => {
  expect(contentTypeOf(format).split(';')[0]).toBe(type);
});

test('only a name can be a format', () => {
  expect(formatName(undefined)).toBe('TabSeparated');
  expect(() => formatName("CSV' --")).toThrow(expect.objectContaining({ code: 73 }));
});

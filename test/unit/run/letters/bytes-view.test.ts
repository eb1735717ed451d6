import fc from 'fast-check';
import { expect, it } from 'vitest';
import { hexLines, oneLine, printable, viewBytes } from '../../../../src/core/run/letters/bytes-view.js';

it('shows JSON, text and bytes as what they are', () => {
  expect(viewBytes(null)).toBeNull();
  expect(viewBytes(Buffer.from('{"a":1}'))).toEqual({ bytes: 7, text: '{"a":1}', json: { a: 1 } });
  expect(viewBytes(Buffer.from('{"a"'))).toEqual({ bytes: 4, text: '{"a"', hex: '7b226122' });
  expect(viewBytes(Buffer.from([0xff, 0x41]))).toEqual({ bytes: 2, hex: 'ff41' });
  expect(viewBytes(Buffer.alloc(0))).toEqual({ bytes: 0, text: '', hex: '' });
});

it('lets no byte of a record command the terminal', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 50 }), (bytes) => {
      expect(oneLine(Buffer.from(bytes))).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    }),
  );
  expect(printable('a\u001b[31mb\n\u202ec\u009b')).toBe('a\\x1b[31mb\\n\\u{202e}c\\x9b');
  expect(oneLine(Buffer.from([0x61, 0xff, 0x0a]))).toBe('a\\xff\\n');
  expect(printable('Köln 北京 "x"')).toBe('Köln 北京 "x"');
});

it('dumps sixteen bytes a line, and says how many more there are', () => {
  const lines = hexLines(Buffer.from('0123456789abcdefXY\u0000').toString('hex'), 18);
  expect(lines).toEqual([
    '000000  30 31 32 33 34 35 36 37 38 39 61 62 63 64 65 66  0123456789abcdef',
    `000010  58 59${' '.repeat(42)}  XY`,
    '… 1 more bytes',
  ]);
});

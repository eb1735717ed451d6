import { expect, it } from 'vitest';
import { lsnBefore } from '../../../../src/core/metadata/changes/lsn.js';

it.each([
  ['0/1B8FD88', '0/1B8FD87'],
  ['16/0', '15/FFFFFFFF'],
  ['0/00000001', '0/0'],
])('the byte before %s is %s', (lsn, before) => {
  expect(lsnBefore(lsn)).toBe(before);
});

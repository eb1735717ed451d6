import { expect, it } from 'vitest';
import { checkSlot, mostRetainedBytes } from '../../../../src/core/metadata/changes/slot.js';

it.each([
  ['reserved', 0],
  ['extended', mostRetainedBytes],
])('a slot goes on that is %s and keeps %s bytes', (status, retainedBytes) => {
  expect(() => checkSlot({ status, retainedBytes })).not.toThrow();
});

it.each([
  ['unreserved', 5 << 20, 'is unreserved: 5 MiB of WAL were kept'],
  ['lost', 0, 'is lost'],
  ['reserved', mostRetainedBytes + (1 << 20), 'keeps 1025 MiB of WAL, more than 1024'],
])('a slot is let go that is %s and keeps %s bytes', (status, retainedBytes, message) => {
  expect(() => checkSlot({ status, retainedBytes })).toThrow(message);
});

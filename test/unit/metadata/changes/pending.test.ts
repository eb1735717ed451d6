import { expect, it } from 'vitest';
import { PendingChanges } from '../../../../src/core/metadata/changes/pending.js';

it('hands over the last change of each row, once, and tells everybody who waits for the log', () => {
  const pending = new PendingChanges(1);
  const logged: string[] = [];
  expect(pending.take()).toBeUndefined();
  pending.offer([new Map([['a', ['1']]])], () => logged.push('first'));
  pending.offer([
    new Map([
      ['a', ['2']],
      ['b', null],
    ]),
  ]);
  pending.offer([new Map([['a', ['3']]])], () => logged.push('third'));
  const taken = pending.take()!;
  expect(pending.take()).toBeUndefined();
  pending.offer([new Map([['a', ['4']]])], () => logged.push('fourth'));
  expect(taken.changes).toEqual([
    new Map([
      ['a', ['3']],
      ['b', null],
    ]),
  ]);
  taken.logged();
  expect(logged).toEqual(['first', 'third']);
  expect(pending.take()!.changes).toEqual([new Map([['a', ['4']]])]);
});

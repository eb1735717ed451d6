import { expect, it } from 'vitest';
import { KnownRows } from '../../../../src/core/metadata/changes/known-rows.js';

const rows = [
  [
    { key: 'b', values: ['Bee', 2] },
    { key: 'a', values: ['Ant', null] },
  ],
  [{ key: 10, values: [true] }],
];

it('tells only what differs: changed, new and gone rows, by step', () => {
  const known = new KnownRows(2, rows);
  expect(known.differences(rows)).toEqual([new Map(), new Map()]);
  const wanted = [
    [
      { key: 'b', values: ['Bee', 2] },
      { key: 'c', values: ['Cat', 1] },
    ],
    [{ key: 10, values: [null] }],
  ];
  const differences = known.differences(wanted);
  expect(differences).toEqual([
    new Map([
      ['c', ['Cat', 1]],
      ['a', null],
    ]),
    new Map([[10, [null]]]),
  ]);
  expect(known.rows()[0]!.map(({ key }) => key)).toEqual(['a', 'b']);
  known.apply(differences);
  expect(known.rows()).toEqual(wanted);
});

it('answers with the changes that were any', () => {
  const known = new KnownRows(2, rows);
  const changes = [
    new Map([
      ['a', ['Ant', null]],
      ['b', ['Bee', 3]],
      ['z', null],
    ]),
    new Map([[10, null]]),
  ];
  expect(known.apply(changes)).toEqual([new Map([['b', ['Bee', 3]]]), new Map([[10, null]])]);
  expect(known.apply(changes)).toEqual([new Map(), new Map()]);
});

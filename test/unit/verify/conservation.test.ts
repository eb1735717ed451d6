import { describe, expect, it } from 'vitest';
import { judgePartition, type PartitionEvidence } from '../../../src/core/verify/conservation.js';
import type { PartitionReport } from '../../../src/core/verify/report.js';

/** 100 records in the topic, all processed: 80 aggregated and stored, 9 late (2 of them idle), 6 duplicates, 5 dead letters. */
const whole: PartitionEvidence = {
  partition: 2,
  begin: 0,
  end: 100,
  acknowledged: 100,
  position: 100,
  verdicts: { consumed: 100, aggregated: 80, late: 7, late_idle: 2, duplicates: 6, dead_letters: 5 },
  gaps: 0,
  expirable: 0,
  rows: 80,
  distinct: 80,
  recent: 80,
};
const verdicts = whole.verdicts!;

describe('a partition', () => {
  it('that is whole says so', () => {
    expect(judgePartition(whole)).toEqual({
      partition: 2,
      produced: 100,
      consumed: 100,
      aggregated: 80,
      late: 9,
      duplicates: 6,
      dead_letters: 5,
      in_flight: 0,
      stored: 80,
      missing: 0,
      expired: 0,
      extra: 0,
    });
  });

  it.each<[what: string, change: Partial<PartitionEvidence>, found: Partial<PartitionReport>]>([
    ['no ledger', { acknowledged: undefined }, { missing: 0, extra: 0 }],
    ['events not yet consumed', { end: 130, acknowledged: 130 }, { missing: 0, extra: 0, in_flight: 30 }],
    [
      'no engine yet',
      { position: undefined, verdicts: undefined, rows: 0, distinct: 0 },
      { missing: 0, extra: 0, in_flight: 100 },
    ],
    [
      'a topic with no record',
      { end: 0, acknowledged: undefined, position: 0, verdicts: undefined, rows: 0, distinct: 0 },
      { missing: 0, extra: 0 },
    ],
    [
      'transaction markers in a topic without a ledger',
      { end: 104, position: 104, gaps: 4, acknowledged: undefined },
      { produced: 100, missing: 0, extra: 0 },
    ],
    [
      'a topic without a ledger, offsets passed over that held records',
      { end: 104, position: 104, acknowledged: undefined },
      { missing: 4, extra: 0 },
    ],
    ['records of others beside those of the ledger', { acknowledged: 60 }, { missing: 0, extra: 0 }],
    ['old records gone from the topic by retention', { begin: 50 }, { missing: 0, extra: 0 }],
    ['acknowledged, but lost by Kafka', { acknowledged: 103 }, { missing: 3, extra: 0 }],
    [
      'acknowledged, consumed past and not counted',
      { verdicts: { ...verdicts, consumed: 98, aggregated: 78 }, rows: 78, distinct: 78 },
      { missing: 2, extra: 0 },
    ],
    ['consumed without a verdict', { verdicts: { ...verdicts, dead_letters: 4 } }, { missing: 1, extra: 0 }],
    ['more verdicts than records', { verdicts: { ...verdicts, late: 8 } }, { missing: 0, extra: 1 }],
    [
      'rows that the TTL took, all but two of thirty',
      { expirable: 30, rows: 52, distinct: 52, recent: 50 },
      { missing: 0, extra: 0, expired: 28 },
    ],
    ['old rows that the TTL has not taken yet', { expirable: 30, recent: 50 }, { missing: 0, extra: 0, expired: 0 }],
    [
      'a new row missing among old ones that expired',
      { expirable: 30, rows: 49, distinct: 49, recent: 49 },
      { missing: 1, extra: 0, expired: 30 },
    ],
    [
      'a new row and an old one too many',
      { expirable: 30, rows: 82, distinct: 82, recent: 51 },
      { missing: 0, extra: 2, expired: 0 },
    ],
    ['a row that is not stored', { rows: 79, distinct: 79 }, { missing: 1, extra: 0 }],
    ['a row stored twice', { rows: 81 }, { missing: 0, extra: 1 }],
    ['a row of a record that was not aggregated', { rows: 81, distinct: 81 }, { missing: 0, extra: 1 }],
    ['one lost and another doubled: neither hides the other', { rows: 80, distinct: 79 }, { missing: 1, extra: 1 }],
    [
      'a ledger without any record in the topic',
      { end: 0, acknowledged: 7, position: 0, verdicts: undefined, rows: 0, distinct: 0 },
      { missing: 7, extra: 0 },
    ],
  ])('%s', (_, change, found) => {
    const evidence = { ...whole, recent: change.distinct ?? whole.recent, ...change };
    expect(judgePartition(evidence)).toMatchObject({ in_flight: 0, expired: 0, ...found });
  });
});

import { describe, expect, test } from 'vitest';
import { checkResumeFlags, parseGenerateFlags } from '../../../../src/core/run/generate/options.js';
import { optionsOf } from '../../../../src/core/run/generate/prepare.js';
import { headerFor, meterWorkload } from '../support.js';

describe('flags of generate', () => {
  test('defaults: 1000 events a second for 30 s, evenly, undistorted', () => {
    expect(parseGenerateFlags({})).toEqual({
      rate: 1_000,
      durationMs: 30_000,
      arrival: { kind: 'constant' },
      skew: { kind: 'none' },
      distortions: { repeat: 0, discard: 0, corrupt: 0 },
    });
  });

  test('a count takes the place of the duration', () => {
    const options = parseGenerateFlags({
      count: '500',
      rate: 'max',
      seed: '7',
      start: '2026-01-31T12:00:00Z',
      skew: 'zipf:1.1',
    });
    expect(options).toMatchObject({
      count: 500,
      rate: 'max',
      seed: 7,
      start: 1_769_860_800_000,
      skew: { exponent: 1.1 },
    });
    expect(options.durationMs).toBeUndefined();
  });

  test.each([
    [{ rate: '0' }, '--rate: expected events per second above 0, or max, got "0"'],
    [{ rate: '-5' }, '--rate: expected events per second above 0'],
    [{ rate: '1e3' }, '--rate'],
    [{ count: '1.5' }, '--count: expected a whole number from 0'],
    [{ count: '5', duration: '3s' }, '--count and --duration: expected one of them'],
    [{ duration: 'soon' }, 'expected a duration such as'],
    [{ seed: 'abc' }, '--seed: expected a whole number'],
    [{ seed: '9007199254740993' }, '--seed: expected a whole number'],
    [{ start: 'yesterday' }, 'expected a time such as'],
    [{ run: '../x' }, '--run: expected letters'],
    [{ arrival: 'weekly' }, '--arrival'],
    [{ skew: 'zipf:0' }, '--skew'],
    [{ late: '2:1s..2s' }, '--late'],
    [{ corrupt: 'all' }, '--corrupt'],
  ])('%o is refused', (flags, message) => {
    expect(() => parseGenerateFlags(flags)).toThrow(message);
  });
});

describe('flags beside --resume', () => {
  const header = headerFor(
    meterWorkload({ rate: 500, count: 100, distortions: { repeat: 0.1, discard: 0, corrupt: 0 } }),
  );
  const began = optionsOf({ ...header, workload: header.workload! });

  test('may say again what the run began with', () => {
    checkResumeFlags(
      { rate: '500', count: '100', seed: '1', repeat: '0.1', arrival: 'constant' },
      began,
      header.workload!,
    );
    checkResumeFlags({}, began, header.workload!);
  });

  test.each([
    [{ rate: '501' }, '--rate: expected what run run-1 began with, 500, got 501'],
    [{ seed: '2' }, '--seed'],
    [{ repeat: '0' }, '--repeat'],
    [{ duration: '5s' }, '--duration'],
    [{ late: '0.1:1s..2s' }, '--late'],
  ])('%o says something else', (flags, message) => {
    expect(() => checkResumeFlags(flags, began, header.workload!)).toThrow(message);
  });
});

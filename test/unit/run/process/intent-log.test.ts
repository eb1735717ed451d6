import { appendFileSync, mkdtempSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Intent, IntentLog, readIntents, tokenOf } from '../../../../src/core/run/process/intent-log.js';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pipe-intents-'));
  path = join(folder, '1.intents');
});
afterEach(() => rmSync(folder, { recursive: true }));

function intent(number: number, attempt = 0): Intent {
  return { number, ranges: [{ partition: 0, from: number, to: number + 1 }], watermark: null, attempt };
}

describe('an intent log', () => {
  it('is empty where there is none', () => {
    expect(readIntents(path)).toEqual([]);
  });

  it('has what was begun, and whether its end was seen', () => {
    const log = new IntentLog(path);
    for (const number of [1, 2, 3]) log.begin(intent(number));
    log.done(1);
    log.done(3);
    log.close();
    expect(readIntents(path)).toEqual([
      { intent: intent(1), done: true },
      { intent: intent(2), done: false },
      { intent: intent(3), done: true },
    ]);
  });

  it('has a later attempt in place of the earlier one, open again', () => {
    const log = new IntentLog(path);
    log.begin(intent(1));
    log.done(1);
    log.begin(intent(1, 1));
    log.close();
    expect(readIntents(path)).toEqual([{ intent: intent(1, 1), done: false }]);
  });

  it('cut at any byte has the whole lines before it, and goes on cleanly from there', () => {
    const log = new IntentLog(path);
    log.begin(intent(1));
    log.done(1);
    log.begin(intent(2));
    log.close();
    const whole = readFileSync(path);
    for (let size = whole.length; size >= 0; size--) {
      truncateSync(path, size);
      const lines = whole.subarray(0, size).filter((byte) => byte === 0x0a).length;
      const before = readIntents(path);
      expect(before.map((each) => each.intent.number)).toEqual([[], [1], [1], [1, 2]][lines]);
      expect(before[0]?.done).toBe([undefined, false, true, true][lines]);
      const next = new IntentLog(path);
      next.begin(intent(9));
      next.close();
      expect(readIntents(path)).toEqual([...before, { intent: intent(9), done: false }]);
      rmSync(path);
      appendFileSync(path, whole.subarray(0, size));
    }
  });

  it('that is damaged in the middle is not read over', () => {
    appendFileSync(path, '{"begin":\n{"done":1}\n');
    expect(() => readIntents(path)).toThrow(SyntaxError);
  });

  it('passes over the end of an intent that an earlier file has', () => {
    const log = new IntentLog(path);
    log.done(7);
    log.close();
    expect(readIntents(path)).toEqual([]);
  });
});

describe('a token', () => {
  it('is a function of topic, ranges and attempt, and of nothing else', () => {
    const one = intent(3);
    expect(tokenOf('t', one)).toBe(tokenOf('t', { ...one, number: 4, watermark: 77 }));
    expect(
      new Set([tokenOf('t', one), tokenOf('u', one), tokenOf('t', intent(3, 1)), tokenOf('t', intent(4))]).size,
    ).toBe(4);
  });
});

import { MessageChannel } from 'node:worker_threads';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Channel } from '../../../../../src/core/run/process/lanes/channel.js';
import { usageError } from '../../../../../src/core/runtime/errors.js';

interface Other {
  double(value: number): number;
  later(value: number): Promise<number>;
  note(text: string): void;
  refuse(): void;
  fail(): void;
  never(): Promise<void>;
}

const heard: string[] = [];
const other: { [Name in keyof Other]: Other[Name] } = {
  double: (value) => value * 2,
  later: async (value) => {
    await new Promise((resolve) => setImmediate(resolve));
    return value;
  },
  note: (text) => void heard.push(text),
  refuse: () => {
    throw usageError('expected less', 'Give less.', 'TOO_MUCH');
  },
  fail: () => {
    throw new TypeError('not foreseen');
  },
  never: () => new Promise(() => undefined),
};

let ports: MessageChannel;
let channel: Channel<Other>;
beforeEach(() => {
  heard.length = 0;
  ports = new MessageChannel();
  new Channel(ports.port2, other);
  channel = new Channel(ports.port1, {});
});
afterEach(() => ports.port1.close());

it('answers each call with its own answer, whatever their order', async () => {
  expect(await Promise.all([channel.call('later', 1), channel.call('double', 4), channel.call('later', 3)])).toEqual([
    1, 8, 3,
  ]);
});

it('what was told before a call has arrived before its answer', async () => {
  channel.tell('note', 'a');
  channel.tell('note', 'b');
  await channel.call('double', 1);
  expect(heard).toEqual(['a', 'b']);
});

it('a failure arrives as what it was: foreseen with code, exit and hint, or with its stack', async () => {
  await expect(channel.call('refuse')).rejects.toMatchObject({
    name: 'PipeError',
    message: 'expected less',
    code: 'TOO_MUCH',
    exit: 2,
    hint: 'Give less.',
  });
  await expect(channel.call('fail')).rejects.toMatchObject({
    message: 'not foreseen',
    stack: expect.stringContaining('channel.test.ts'),
  });
});

it('when the other side is no more, nothing waits for it', async () => {
  const waiting = channel.call('never');
  channel.fail(new Error('gone'));
  await expect(waiting).rejects.toThrow('gone');
  await expect(channel.call('double', 1)).rejects.toThrow('gone');
});

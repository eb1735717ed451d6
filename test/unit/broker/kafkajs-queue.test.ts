import { createRequire } from 'node:module';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { lookOnlyForWaiting } from '../../../src/core/broker/kafkajs-queue.js';

interface Queue {
  maybeThrottle(ms: number): void;
  push(request: { entry: { correlationId: number }; expectResponse: boolean; sendRequest(): void }): void;
  fulfillRequest(response: { correlationId: number; payload: Buffer; size: number }): void;
}

const RequestQueue = createRequire(import.meta.url)('kafkajs/src/network/requestQueue/index.js') as new (
  options: object,
) => Queue;

beforeEach(() => {
  vi.useFakeTimers();
  lookOnlyForWaiting();
});
afterEach(() => {
  vi.useRealTimers();
});

function setUp(maxInFlightRequests: number) {
  const logger = { debug() {}, warn() {} };
  const queue = new RequestQueue({ maxInFlightRequests, requestTimeout: 30_000, logger });
  const sent: number[] = [];
  const push = (correlationId: number) => {
    const entry = { correlationId, apiName: 'Fetch', apiKey: 1, apiVersion: 11, resolve() {}, reject() {} };
    queue.push({ entry, expectResponse: true, sendRequest: () => void sent.push(correlationId) });
  };
  const answer = (correlationId: number) => queue.fulfillRequest({ correlationId, payload: Buffer.alloc(0), size: 0 });
  return { queue, sent, push, answer };
}

test('a connection on which nothing waits sets no timer', () => {
  const { sent, push, answer } = setUp(5);
  push(1);
  answer(1);
  expect(sent).toEqual([1]);
  expect(vi.getTimerCount()).toBe(0);
});

test('what a throttled connection has to hold back goes out when that is over', () => {
  const { queue, sent, push } = setUp(5);
  queue.maybeThrottle(50);
  push(1);
  vi.advanceTimersByTime(49);
  expect(sent).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(sent).toEqual([1]);
  vi.runAllTimers();
  expect(vi.getTimerCount()).toBe(0);
});

test('what has no place yet goes out with the answer that makes one', () => {
  const { sent, push, answer } = setUp(1);
  push(1);
  push(2);
  expect(sent).toEqual([1]);
  answer(1);
  expect(sent).toEqual([1, 2]);
});

import { expect, it } from 'vitest';
import type { Snapshot } from '../../../src/core/observe/snapshot.js';
import { Feed } from '../../../src/core/serve/feed.js';
import { VirtualClock } from '../virtual-clock.js';

/** A feed whose looks find a pipeline that has sent so many events as looks were made. */
function feedOf(clock: VirtualClock) {
  let looks = 0;
  const look = async (): Promise<Snapshot> => {
    const generator = { sent: ++looks, acked: looks, sent_per_s: looks, acked_per_s: looks };
    const pipelines = [{ pipeline: 'p', generator, engine: null }] as Snapshot['pipelines'];
    return { at: clock.now(), window_s: 10, services: [], processes: [], pipelines };
  };
  return new Feed(look, clock);
}

const sentIn = (snapshot: Snapshot | undefined) => snapshot?.pipelines[0]?.generator?.sent;

it('looks once a second, for all who ask', async () => {
  const clock = new VirtualClock();
  const feed = feedOf(clock);
  const running = feed.run();
  expect(sentIn(await feed.now())).toBe(1);
  expect((await Promise.all([feed.next(), feed.next()])).map(sentIn)).toEqual([2, 2]);
  expect(sentIn(await feed.now())).toBe(2);
  feed.end();
  await running;
});

it('has a quarter of an hour, and no more', async () => {
  const clock = new VirtualClock();
  const feed = feedOf(clock);
  const running = feed.run();
  for (let n = 0; n < 1_000; n++) await feed.next();
  const moments = feed.since('p', 0);
  expect(moments.at(-1)!.at - moments[0]!.at).toBe(15 * 60_000);
  expect(moments).toHaveLength(901);
  expect(feed.since('p', clock.now() - 2_000)).toHaveLength(3);
  expect(feed.since('other', 0)).toEqual([]);
  feed.end();
  await running;
});

it('lets go of all who wait when it ends', async () => {
  const feed = feedOf(new VirtualClock());
  const waits = [feed.now(), feed.next()];
  feed.end();
  expect(await Promise.all(waits)).toEqual([undefined, undefined]);
  expect(await feed.next()).toBeUndefined();
});

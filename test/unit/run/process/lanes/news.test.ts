import { it } from 'vitest';
import { News } from '../../../../../src/core/run/process/lanes/news.js';
import { VirtualClock } from '../../../virtual-clock.js';

it('ends the waiting when something is told, and is not lost when nobody waits', async () => {
  const news = new News(new VirtualClock(0));
  const waiting = news.next(60_000);
  news.tell();
  await waiting;
  news.tell();
  news.tell();
  await news.next(60_000);
});

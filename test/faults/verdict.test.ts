import { expect, it } from 'vitest';
import type { ChaosReport } from '../../src/core/chaos/report.js';
import { answer, clickhouseWriter, Loop } from '../integration/loop.js';
import { ownPipeline } from '../integration/own-pipeline.js';

it('chaos exits 4 when something is lost', async () => {
  const loop = new Loop(ownPipeline('chaos_lost'));
  await loop.generate('--count', '100', '--rate', 'max');
  await loop.catchUp();
  const client = await clickhouseWriter();
  await client.command({ query: 'DELETE FROM chaos_lost_events WHERE _partition = 0' });
  await client.close();
  const harm = ['--faults', '1', '--targets', 'generator', '--kinds', 'restart'];
  const report = answer<ChaosReport>(await loop.run('chaos', '--rate', '300', '--duration', '3s', ...harm), 4);
  expect(report.ok).toBe(false);
  expect(report.verify!.missing).toBeGreaterThan(0);
});

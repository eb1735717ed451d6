import { describe, expect, it } from 'vitest';
import { faults } from '../../src/core/chaos/faults/registry.js';
import type { ChaosReport } from '../../src/core/chaos/report.js';
import { answer, Loop } from '../integration/loop.js';
import { ownPipeline } from '../integration/own-pipeline.js';

const kinds = [
  ['kill', '1s'],
  ['freeze', '5s'],
  ['stop', '1s'],
] as const;

/** Every way to end or hold up a process, for every process, twice each under load: nothing missing, extra or wrong. */
describe.each(kinds)('%s for %s', (kind, lasts) => {
  it.each(faults[kind].befalls)('of %s', async (target) => {
    const loop = new Loop(ownPipeline(`${kind}_${target}`));
    const harm = ['--targets', target, '--kinds', kind, '--faults', '2', '--lasts', lasts];
    const ran = await loop.run('chaos', '--rate', '800', '--duration', '12s', '--seed', '11', ...harm);
    const report = answer<ChaosReport>(ran);
    expect(report.faults.map(({ target: struck, fault }) => `${fault} ${struck}`)).toEqual([
      `${kind} ${target}`,
      `${kind} ${target}`,
    ]);
    expect(report.verify).toMatchObject({
      ok: true,
      produced: 9_600,
      missing: 0,
      extra: 0,
      in_flight: 0,
      windows: { wrong: 0, unchecked: 0 },
    });
    expect(report.verify!.windows.checked).toBeGreaterThan(60);
  });
});

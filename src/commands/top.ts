import { Flags } from '@oclif/core';
import { PipeCommand } from '../core/cli/command.js';
import { ownPipelinesFlag, stackFlags } from '../core/cli/flags.js';
import { snapshotTable } from '../core/cli/present-top.js';
import type { Snapshot } from '../core/observe/snapshot.js';
import { Watch } from '../core/observe/watch.js';
import { allPlans } from '../core/run/all-plans.js';
import { exitCodeOf } from '../core/runtime/node-runtime.js';
import { beforeInk } from '../core/tui/before-ink.js';

/** Between the two looks that a rate takes. */
const apartMs = 1_000;

export default class Top extends PipeCommand<Snapshot> {
  static override summary =
    'Watch all pipelines that run: rates, lag, watermark, latency, windows, alerts, dead letters, services.';
  static override description =
    'Draws anew once a second; Tab or 1 to 6 for another pane, arrows and Enter for a row, / to filter, ? for help, q to leave. With --once, --json, or off a terminal, it answers one snapshot, ' +
    'with rates of a second. It only reads.';
  static override examples = [
    '<%= config.bin %> top',
    { description: 'For a script', command: '<%= config.bin %> top --once --json' },
  ];
  static override flags = {
    ...stackFlags,
    pipeline: ownPipelinesFlag,
    once: Flags.boolean({ summary: 'One snapshot, and end.' }),
  };

  async run(): Promise<Snapshot> {
    const { flags } = await this.parse(Top);
    const { clock, stdin, stdout, signal } = this.runtime;
    const home = this.home(flags);
    const plans = allPlans(this.runtime, flags.pipeline ?? []);
    const watch = new Watch(this.runtime, home, { profile: flags.profile });
    const first = await watch.next();
    if (!flags.once && !this.jsonEnabled() && stdin.isTTY && stdout.isTTY) {
      // Ink is loaded where there is a terminal to draw on.
      beforeInk(process.env);
      const { topLive } = await import('../core/cli/top-live.js');
      const { StoredWatch } = await import('../core/observe/stored-watch.js');
      const stored = new StoredWatch(this.runtime, home, flags.profile, plans);
      const last = await topLive(this.runtime, () => watch.next(), stored);
      if (signal.aborted) process.exitCode = exitCodeOf(signal.reason);
      return last ?? first;
    }
    await clock.sleep(apartMs, signal).catch(() => undefined);
    return this.present(await watch.next(), snapshotTable);
  }
}

import { Flags } from '@oclif/core';
import { chaos } from '../core/chaos/chaos.js';
import { type FaultName, faultNames, faults } from '../core/chaos/faults/registry.js';
import type { ChaosReport } from '../core/chaos/report.js';
import { type TargetName, targetNames } from '../core/chaos/targets/target.js';
import { PipeCommand } from '../core/cli/command.js';
import { durationFlag, pipelineFlags } from '../core/cli/flags.js';
import { chaosSummary, gaveUpLine, recoveryLine, strikeLine } from '../core/cli/present-chaos.js';
import { parseGenerateFlags } from '../core/run/generate/options.js';
import { ExitCode } from '../core/runtime/exit-codes.js';

export default class Chaos extends PipeCommand<ChaosReport> {
  static override summary = 'Kill, freeze, stop and cut off every part under load, then prove that nothing was lost.';
  static override description = [
    'Runs generator and engine against the stack that is up, harms them and the services by a schedule that follows from the seed, brings each of ' +
      'them back as you would, and verifies. The stack stays up. Exits as verify does. Empty metadata is seeded first.',
    'For a stack whose data may be lost: the promise under test is that they are not. docs/chaos.md tells what is promised.',
  ].join('\n\n');
  static override examples = [
    '<%= config.bin %> chaos --domain ecommerce --faults 30 --seed 7',
    '<%= config.bin %> chaos --domain iot --rate 2000 --kinds kill --targets engine,clickhouse',
  ];
  static override flags = {
    ...pipelineFlags,
    rate: Flags.string({ summary: 'Events per second.', default: '10000', helpValue: 'R' }),
    faults: Flags.integer({ summary: 'How many.', default: 10, min: 1, max: 10_000, helpValue: 'N' }),
    seed: Flags.integer({ summary: 'Of faults and events; a new one unless given.', min: 0, helpValue: 'S' }),
    duration: durationFlag({ summary: 'How long events are generated: 5 s for each fault unless given.' }),
    lasts: durationFlag({ summary: 'How long each fault lasts; by its kind unless given.' }),
    targets: Flags.option({ options: targetNames, multiple: true, delimiter: ',' })({
      summary: 'What is harmed.',
      default: [...targetNames],
    }),
    kinds: Flags.option({ options: faultNames, multiple: true, delimiter: ',' })({
      summary: 'In which ways.',
      default: [...faultNames],
    }),
  };

  async run(): Promise<ChaosReport> {
    const { flags } = await this.parse(Chaos);
    parseGenerateFlags({ rate: flags.rate });
    const { note } = this.runtime;
    const report = await chaos(this.runtime, this.home(flags), {
      ...flags,
      count: flags.faults,
      durationMs: flags.duration,
      lastsMs: flags.lasts,
      seed: flags.seed ?? this.runtime.entropy() % 2 ** 32,
      targets: flags.targets as TargetName[],
      kinds: flags.kinds as FaultName[],
      onStep: (step) => note(`▸ ${step}`),
      onStruck: (fault) => note(strikeLine(fault, faults[fault.fault].done)),
      onRecovered: (fault) => note(recoveryLine(fault)),
      onGaveUp: (how) => note(gaveUpLine(how)),
    });
    return this.present(report, chaosSummary, report.ok ? ExitCode.ok : ExitCode.verifyFailed);
  }
}

import { Flags } from '@oclif/core';
import { PipeCommand } from '../../core/cli/command.js';
import { pipelineFlags, stackFlags } from '../../core/cli/flags.js';
import { replaySummary } from '../../core/cli/present-dlq.js';
import { parseSettings } from '../../core/run/letters/repair.js';
import { type ReplaySummary, replayLetters } from '../../core/run/letters/replay.js';
import { parseReason } from '../../core/run/letters/selection.js';
import { findPipeline } from '../../core/run/pipeline-source.js';
import { usageError } from '../../core/runtime/errors.js';

export default class DlqReplay extends PipeCommand<ReplaySummary> {
  static override summary = 'Send dead letters to the events topic again, mended where --set says so.';
  static override description = [
    'Without flags all letters that are valid by now, as after mending the pipeline file. Partition, key and event id stay, so that an event that was ' +
      'counted meanwhile is a duplicate. Letters that were replayed before, or would be dead letters again, are skipped and counted.',
    'The run is on file in the ledger: verify counts what it sent. An event that the watermark has passed is counted as late and goes to the late topic.',
  ].join('\n\n');
  static override examples = [
    { description: 'What would go', command: '<%= config.bin %> dlq replay --domain iot --dry-run' },
    '<%= config.bin %> dlq replay --domain iot --reason wrong_type --set value=21.5',
    '<%= config.bin %> dlq replay --domain iot --partition 2 --offset 1041 --set battery=',
  ];
  static override flags = {
    ...pipelineFlags,
    ...stackFlags,
    reason: Flags.string({ summary: 'Only those with this reason.', helpValue: 'REASON' }),
    partition: Flags.integer({ summary: 'Only those of this source partition.', min: 0, helpValue: 'P' }),
    offset: Flags.integer({
      summary: 'Only the one of this source offset.',
      min: 0,
      helpValue: 'O',
      dependsOn: ['partition'],
    }),
    limit: Flags.integer({ summary: 'Send at most so many, in their order.', min: 1, helpValue: 'N' }),
    set: Flags.string({
      summary: "Give a field this value, read as the field's type; an empty one takes the field away.",
      helpValue: 'FIELD=VALUE',
      multiple: true,
      multipleNonGreedy: true,
    }),
    'dry-run': Flags.boolean({ summary: 'Say what would be sent; send nothing.' }),
    again: Flags.boolean({ summary: 'Also those that were replayed before.' }),
    force: Flags.boolean({ summary: 'Also those that would be dead letters again.' }),
    late: Flags.boolean({ summary: 'Refused: late events would be late again.', hidden: true }),
  };

  async run(): Promise<ReplaySummary> {
    const { flags } = await this.parse(DlqReplay);
    if (flags.late)
      throw usageError(
        'late events are not replayed: watermarks only go forward, so they would be late again',
        'To have them counted, raise time.allowed_lateness and process the topic in a new home; "pipe dlq list --late" shows them.',
        'LATE_AGAIN',
      );
    const plan = findPipeline(this.runtime, flags);
    const { reason, partition, offset, limit } = flags;
    const summary = await replayLetters({
      runtime: this.runtime,
      home: this.home(flags),
      profile: flags.profile,
      plan,
      selection: { reason: reason === undefined ? undefined : parseReason(reason), partition, offset },
      ...(limit === undefined ? {} : { limit }),
      settings: parseSettings(plan, flags.set ?? []),
      dryRun: flags['dry-run'],
      again: flags.again,
      force: flags.force,
    });
    return this.present(summary, replaySummary);
  }
}

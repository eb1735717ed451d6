import { Flags } from '@oclif/core';
import { PipeCommand } from '../../core/cli/command.js';
import { pipelineFlags, stackFlags } from '../../core/cli/flags.js';
import { letterList } from '../../core/cli/present-dlq.js';
import { type LetterList, listLetters } from '../../core/run/letters/list.js';
import { parseReason, parseSince } from '../../core/run/letters/selection.js';
import { findPipeline } from '../../core/run/pipeline-source.js';

export default class DlqList extends PipeCommand<LetterList> {
  static override summary = 'List dead letters: records that no window counts, each with its reason.';
  static override description =
    'Partition and offset are those of the source record in the events topic; a letter that was written twice is listed once. Newest first.';
  static override examples = [
    '<%= config.bin %> dlq list --domain iot',
    '<%= config.bin %> dlq list --domain iot --reason wrong_type --since 1h',
    { description: 'How many, by reason', command: '<%= config.bin %> dlq list --domain iot --count' },
    { description: 'Late events instead', command: '<%= config.bin %> dlq list --domain iot --late' },
  ];
  static override flags = {
    ...pipelineFlags,
    ...stackFlags,
    reason: Flags.string({ summary: 'Only those with this reason.', helpValue: 'REASON', exclusive: ['late'] }),
    partition: Flags.integer({ summary: 'Only those of this source partition.', min: 0, helpValue: 'P' }),
    since: Flags.string({ summary: 'Only record times from here on: a time, or 30m for so long ago.', helpValue: 'T' }),
    limit: Flags.integer({ summary: 'Show at most so many.', min: 1, max: 100_000, default: 20, helpValue: 'N' }),
    count: Flags.boolean({ summary: 'Only count them.', exclusive: ['limit'] }),
    late: Flags.boolean({ summary: 'List late events instead of dead letters.' }),
  };

  async run(): Promise<LetterList> {
    const { flags } = await this.parse(DlqList);
    const { reason, partition, since } = flags;
    const list = await listLetters({
      runtime: this.runtime,
      home: this.home(flags),
      profile: flags.profile,
      plan: findPipeline(this.runtime, flags),
      kind: flags.late ? 'late' : 'dead',
      selection: {
        reason: reason === undefined ? undefined : parseReason(reason),
        partition,
        since: since === undefined ? undefined : parseSince(since, this.runtime.clock.now()),
      },
      limit: flags.count ? 0 : flags.limit,
    });
    return this.present(list, letterList);
  }
}

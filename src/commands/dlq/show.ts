import { Args, Flags } from '@oclif/core';
import { PipeCommand } from '../../core/cli/command.js';
import { pipelineFlags, stackFlags } from '../../core/cli/flags.js';
import { shownLetter } from '../../core/cli/present-dlq.js';
import { parseLetterName } from '../../core/run/letters/selection.js';
import { type ShownLetters, showLetter } from '../../core/run/letters/show.js';
import { findPipeline } from '../../core/run/pipeline-source.js';

export default class DlqShow extends PipeCommand<ShownLetters> {
  static override summary = 'Show one dead letter: its bytes, what was expected, and how to send it again.';
  static override examples = [
    '<%= config.bin %> dlq show 2:1041 --domain iot',
    '<%= config.bin %> dlq show 2:1041 --domain iot --json',
  ];
  static override args = {
    letter: Args.string({ description: 'PARTITION:OFFSET of the source record, as dlq list has it.', required: true }),
  };
  static override flags = {
    ...pipelineFlags,
    ...stackFlags,
    late: Flags.boolean({ summary: 'A late event instead of a dead letter.' }),
  };

  async run(): Promise<ShownLetters> {
    const { args, flags } = await this.parse(DlqShow);
    const shown = await showLetter({
      runtime: this.runtime,
      home: this.home(flags),
      profile: flags.profile,
      plan: findPipeline(this.runtime, flags),
      kind: flags.late ? 'late' : 'dead',
      letter: parseLetterName(args.letter),
    });
    return this.present(shown, shownLetter);
  }
}

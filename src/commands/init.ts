import { Args, Flags } from '@oclif/core';
import { PipeCommand } from '../core/cli/command.js';
import { initPipeline } from '../core/run/init-pipeline.js';

export default class Init extends PipeCommand<{ file: string }> {
  static override summary = 'Write a pipeline file to start from.';
  static override description =
    'The file is commented and complete: events, metadata with rows, an enrichment, windows, a query, and hints for generate. ' +
    'It works as it is; change it piece by piece.';
  static override examples = [
    '<%= config.bin %> init parcels',
    {
      description: 'See the events that it makes',
      command: '<%= config.bin %> generate --pipeline parcels.pipeline.yaml --dry-run --sample 5',
    },
  ];
  static override args = {
    name: Args.string({ description: 'Name of the pipeline, as topics and tables will have it.', required: true }),
  };
  static override flags = { force: Flags.boolean({ summary: 'Overwrite the file if it is there.' }) };

  async run(): Promise<{ file: string }> {
    const { args, flags } = await this.parse(Init);
    const file = initPipeline(this.runtime, args.name, flags.force);
    return this.present({ file }, render);
  }
}

function render({ file }: { file: string }): string {
  return `${file} is written. Next:
  pipe config lint ${file}
  pipe generate --pipeline ${file} --dry-run --sample 5
  pipe up && pipe seed --pipeline ${file}
  pipe demo --pipeline ${file}`;
}

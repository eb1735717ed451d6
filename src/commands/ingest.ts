import { Args, Flags } from '@oclif/core';
import { PipeCommand } from '../core/cli/command.js';
import { pipelineFlags, stackFlags } from '../core/cli/flags.js';
import { showProgress } from '../core/cli/send-progress.js';
import { type IngestSummary, ingest } from '../core/run/ingest/ingest.js';
import { formats, openInput } from '../core/run/ingest/input.js';
import { renderIngest } from '../core/run/ingest/summary.js';
import { findPipeline } from '../core/run/pipeline-source.js';
import { usageError } from '../core/runtime/errors.js';

export default class Ingest extends PipeCommand<IngestSummary> {
  static override summary = 'Send the events of a file into the pipeline’s topic.';
  static override description = [
    'NDJSON lines are sent as they are; of a CSV the header names the fields, and the pipeline file says the types (times as ISO 8601 ' +
      'or epoch ms, an empty cell is an absent value). The key is the field that the pipeline file names.',
    'What the processor would make a dead letter of is rejected: told with file and line (the first ten), counted, and kept below ' +
      'results/ in the home folder, to be mended and ingested again. The rest is sent all the same.',
  ].join('\n\n');
  static override examples = [
    '<%= config.bin %> ingest orders.ndjson --pipeline orders.yaml',
    '<%= config.bin %> ingest readings.csv --domain iot --rate 5000',
    'zcat old.ndjson.gz | <%= config.bin %> ingest - --domain iot',
  ];
  static override args = {
    file: Args.string({ description: 'File to read, or - for standard input.', required: true }),
  };
  static override flags = {
    ...pipelineFlags,
    ...stackFlags,
    format: Flags.option({ options: formats })({ summary: 'What the file is. [default: by its name; ndjson for -]' }),
    rate: Flags.string({ summary: 'Events per second. [default: as fast as they are acknowledged]', helpValue: 'R' }),
  };

  async run(): Promise<IngestSummary> {
    const { args, flags } = await this.parse(Ingest);
    const plan = findPipeline(this.runtime, flags);
    const rate = flags.rate === undefined ? undefined : rateOf(flags.rate);
    const summary = await ingest({
      runtime: this.runtime,
      home: this.home(flags),
      profile: flags.profile,
      plan,
      input: openInput(this.runtime, args.file, flags.format),
      ...(rate === undefined ? {} : { rate }),
      observe: (figures) => showProgress(this.runtime, {}, figures),
    });
    return this.present(summary, renderIngest);
  }
}

function rateOf(text: string): number {
  const rate = /^\d+(\.\d+)?$/.test(text) ? Number(text) : 0;
  if (rate > 0) return rate;
  throw usageError(`--rate: expected events per second above 0, got "${text}"`, 'For example --rate 5000');
}

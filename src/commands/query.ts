import { Args, Flags } from '@oclif/core';
import { PipeCommand } from '../core/cli/command.js';
import { durationFlag, pipelineFlags, stackFlags } from '../core/cli/flags.js';
import { catalogueTable, latencyTable, rowsNote, rowsTable } from '../core/cli/present-query.js';
import { ask } from '../core/query/ask.js';
import { queriesOf } from '../core/query/catalogue.js';
import { asDocument, type QueryAnswer, type QueryList } from '../core/query/document.js';
import type { Statement } from '../core/query/execute.js';
import { queryFormats } from '../core/query/formats.js';
import { parametersOf } from '../core/query/named-query.js';
import { bindParameters, parseParameters } from '../core/query/parameters.js';
import { measureRepeats } from '../core/query/repeat.js';
import { readStatement } from '../core/query/source.js';
import { findPipeline } from '../core/run/pipeline-source.js';
import { usageError } from '../core/runtime/errors.js';
import { exitCodeOf } from '../core/runtime/node-runtime.js';
import { withReader } from '../core/sink/client.js';
import { resolveEndpoints } from '../core/stack/stack.js';

type Result = QueryAnswer | QueryList;

export default class Query extends PipeCommand<Result> {
  static override summary = 'Ask ClickHouse: SQL, or a named query of a pipeline.';
  static override description =
    `Rows go to standard output, their number and the time taken to standard error. Statements run as the read-only user.
ndjson, csv and json stream, so they may be larger than memory. Parameters are written {name:Type} and bound by ClickHouse.
--repeat measures the statement so many times after a first run that prints its rows.`;
  static override examples = [
    `<%= config.bin %> query 'SELECT event_type, count() FROM ecommerce_events GROUP BY event_type'`,
    { description: 'What there is to ask', command: '<%= config.bin %> query --domain ecommerce --list' },
    { description: 'Newest windows', command: '<%= config.bin %> query --domain ecommerce --name revenue_latest' },
    {
      description: 'Bound by ClickHouse, never pasted into the text',
      command: `<%= config.bin %> query 'SELECT {a:UInt8} + {b:UInt8} AS sum' --param a=1 --param b=2`,
    },
    { description: 'Its latency', command: `<%= config.bin %> query 'SELECT 1' --repeat 100 --json` },
  ];
  static override args = {
    sql: Args.string({ description: 'One statement; without it, -f and --name, standard input is read.' }),
  };
  static override flags = {
    ...pipelineFlags,
    ...stackFlags,
    file: Flags.string({
      char: 'f',
      summary: 'Read the statement from a file; - is standard input.',
      helpValue: 'FILE',
    }),
    name: Flags.string({ summary: 'A named query of the pipeline; --list shows them.', helpValue: 'QUERY' }),
    list: Flags.boolean({
      summary: "List the pipeline's named queries.",
      exclusive: ['name', 'file', 'repeat', 'param'],
    }),
    format: Flags.option({ options: queryFormats, summary: 'How rows are printed; default: table.' })(),
    param: Flags.string({
      char: 'p',
      summary: 'A parameter of the statement.',
      helpValue: 'NAME=VALUE',
      multiple: true,
    }),
    repeat: Flags.integer({ summary: 'Measure the latency of so many runs.', min: 1, max: 1_000_000, helpValue: 'N' }),
    timeout: durationFlag({
      summary: 'The longest that the statement may run.',
      default: 60_000,
      defaultHelp: async () => '1m',
    }),
  };

  async run(): Promise<Result> {
    const { args, flags } = await this.parse(Query);
    if (this.jsonEnabled() && flags.format && flags.format !== 'json')
      throw usageError(`--json and --format ${flags.format} exclude each other`, 'Leave out one of them.');
    if (flags.list) return await this.list(args.sql, flags);
    const source = {
      sql: args.sql,
      file: flags.file,
      name: flags.name,
      plan: async () => findPipeline(this.runtime, flags),
    };
    const query = await readStatement(source, this.runtime);
    const statement = { sql: query.sql, params: bindParameters(query, parseParameters(flags.param ?? [])) };
    const { clickhouse } = await resolveEndpoints(this.runtime, this.home(flags), flags.profile, ['clickhouse']);
    return await withReader(clickhouse, { timeoutMs: flags.timeout + 5_000 }, (client) =>
      this.answer(client, statement, flags),
    );
  }

  private async list(sql: string | undefined, flags: { domain?: string; pipeline?: string }): Promise<Result> {
    if (sql !== undefined) throw usageError('--list takes no statement');
    const queries = queriesOf(findPipeline(this.runtime, flags));
    const listed = queries.map((query) => ({
      name: query.name,
      description: query.description,
      params: parametersOf(query),
    }));
    return this.present({ queries: listed }, () => catalogueTable(queries));
  }

  private async answer(
    client: Parameters<typeof ask>[0],
    statement: Statement,
    flags: { format?: (typeof queryFormats)[number]; repeat?: number; timeout: number },
  ): Promise<Result> {
    const { clock, signal, stdout } = this.runtime;
    const json = this.jsonEnabled();
    const format = json ? 'table' : (flags.format ?? 'table');
    const limits = { timeoutMs: flags.timeout, signal };
    const options = { ...limits, format, exactText: !json && format === 'table', ownFormat: !json && !flags.format };
    const asked = await ask(client, statement, { ...options, out: stdout }, clock);
    const rows = asked.kind === 'rows' ? asked.rows.length : asked.rows;
    this.runtime.note(rowsNote(rows, asked.elapsedMs));
    const latency = flags.repeat ? await measureRepeats(client, statement, limits, flags.repeat, clock) : undefined;
    const answer = asDocument(asked, latency);
    if (asked.kind === 'rows')
      return this.present(answer, () => [rowsTable(asked), ...(latency ? ['', latencyTable(latency)] : [])].join('\n'));
    if (latency) this.runtime.note(latencyTable(latency));
    if (signal.aborted) process.exitCode = exitCodeOf(signal.reason);
    return answer;
  }
}

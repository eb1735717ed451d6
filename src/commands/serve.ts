import { Flags } from '@oclif/core';
import { PipeCommand } from '../core/cli/command.js';
import { durationFlag, ownPipelinesFlag, stackFlags } from '../core/cli/flags.js';
import type { ServeSummary } from '../core/serve/serve.js';

export default class Serve extends PipeCommand<ServeSummary> {
  static override summary = 'Serve the REST API and the web page, until Ctrl-C.';
  static override description =
    'What runs, live, and what it has stored: windows, alerts, dead letters, named queries, lag and verifications of every shipped pipeline and of each --pipeline FILE. ' +
    'It reads as the read-only user and changes nothing. On this machine alone unless --host says otherwise, which needs a token. docs/api.md tells of the routes.';
  static override examples = [
    '<%= config.bin %> serve',
    { description: "With a pipeline of one's own", command: '<%= config.bin %> serve --pipeline my.pipeline.yaml' },
    {
      description: 'For other machines',
      command: 'PIPE_API_TOKEN=$(openssl rand -hex 16) <%= config.bin %> serve --host 0.0.0.0',
    },
    {
      description: 'Ask it',
      command: 'curl "http://127.0.0.1:8080/v1/pipelines/iot/windows/site_stats?from=15m&limit=5"',
    },
  ];
  static override flags = {
    ...stackFlags,
    pipeline: ownPipelinesFlag,
    port: Flags.integer({
      summary: 'Where to listen; 0 takes a free port.',
      default: 8080,
      min: 0,
      max: 65_535,
      helpValue: 'PORT',
    }),
    host: Flags.string({ summary: 'Address to listen on.', default: '127.0.0.1', helpValue: 'ADDRESS' }),
    token: Flags.string({
      summary: 'What each request must bear: authorization: Bearer TOKEN.',
      env: 'PIPE_API_TOKEN',
      helpValue: 'TOKEN',
    }),
    'rate-limit': Flags.integer({
      summary: 'Requests that one address may send in a second.',
      default: 200,
      min: 1,
      helpValue: 'N',
    }),
    timeout: durationFlag({
      summary: 'The longest that a statement may run.',
      default: 10_000,
      defaultHelp: async () => '10s',
    }),
  };

  async run(): Promise<ServeSummary> {
    const { flags } = await this.parse(Serve);
    const { serve } = await import('../core/serve/serve.js');
    const summary = await serve(this.runtime, this.home(flags), {
      host: flags.host,
      port: flags.port,
      token: flags.token || undefined,
      rateLimit: flags['rate-limit'],
      timeoutMs: flags.timeout,
      profile: flags.profile,
      pipelines: flags.pipeline ?? [],
      onListening: (url) => this.runtime.note(`listening on ${url} · API: ${url}/docs · Ctrl-C ends it`),
    });
    return this.present(
      summary,
      ({ requests, failed, duration_s }) => `${requests} requests in ${duration_s} s, ${failed} failed`,
    );
  }
}

import { Flags } from '@oclif/core';
import { PipeCommand } from '../core/cli/command.js';
import { stackFlags } from '../core/cli/flags.js';
import { nextSteps } from '../core/cli/next-steps.js';
import { stackReporter, stackTable } from '../core/cli/stack-view.js';
import { optionalServiceNames } from '../core/stack/services/service.js';
import { type StackStatus, upStack } from '../core/stack/stack.js';

export default class Up extends PipeCommand<StackStatus> {
  static override summary = 'Start Kafka, PostgreSQL and ClickHouse on this machine, without Docker.';
  static override description = [
    'They run on loopback as processes of their own, go on when this command ends, and keep their data in the home folder.',
    'Running it again finds what runs and starts what is missing.',
    'Kafka needs Java 17 or later; its jars are downloaded once, into PIPE_CACHE.',
    'With --profile it starts nothing and asks the clusters of that profile.',
  ].join(' ');
  static override examples = [
    '<%= config.bin %> up',
    { description: 'With Prometheus and the alerts', command: '<%= config.bin %> up --with prometheus' },
    { description: 'Beside other servers on the usual ports', command: '<%= config.bin %> up --any-port' },
    {
      description: 'A second stack, apart from the first',
      command: '<%= config.bin %> up --home /tmp/other --any-port',
    },
  ];
  static override flags = {
    ...stackFlags,
    'any-port': Flags.boolean({ summary: 'Take a free port where the wanted one is taken.' }),
    with: Flags.option({
      summary:
        'Start these too; they belong to the stack until it is taken down. prometheus: metrics, rules and alerts.',
      options: optionalServiceNames,
      multiple: true,
      delimiter: ',',
    })(),
    wait: Flags.integer({ summary: 'Seconds that a service may take to answer.', default: 60, min: 1, helpValue: 'S' }),
  };

  async run(): Promise<StackStatus> {
    const { flags } = await this.parse(Up);
    const { clock, note } = this.runtime;
    const status = await upStack(this.runtime, this.home(flags), flags.profile, {
      with: flags.with ?? [],
      anyPort: flags['any-port'],
      waitMs: flags.wait * 1000,
      onEvent: this.jsonEnabled() ? () => undefined : stackReporter(note, () => clock.monotonic()),
    });
    return this.present(status, (result) => `${stackTable(result)}\n\n${next}`);
  }
}

const next = nextSteps('Next:', [
  ['pipe generate --domain ecommerce --count 100000', 'events into Kafka'],
  ['pipe process --domain ecommerce --until-caught-up', 'windows into ClickHouse'],
  ['pipe query --domain ecommerce --list', 'what can be asked'],
  ['eval "$(pipe env)"', 'addresses for other clients'],
  ['pipe down', 'stop it all; the data stays'],
]);

import { stringify } from 'yaml';
import { PipeCommand } from '../../core/cli/command.js';
import { pipelineFlags, stackFlags } from '../../core/cli/flags.js';
import { type EffectiveConfig, effectiveConfig } from '../../core/run/show-config.js';

export default class ConfigShow extends PipeCommand<EffectiveConfig> {
  static override summary = 'Show the configuration that commands here work with, and where each value comes from.';
  static override description =
    'Precedence: flag, environment (PIPE_...), project file (pipe.yaml), default. With --domain or --pipeline, shows the plan ' +
    'that the pipeline file comes to: every default filled in, expressions with their types. Passwords are hidden.';
  static override examples = [
    '<%= config.bin %> config show',
    { description: 'What a profile comes to', command: '<%= config.bin %> config show --profile staging' },
    { description: 'What a pipeline file comes to', command: '<%= config.bin %> config show --domain iot' },
  ];
  static override flags = { ...pipelineFlags, ...stackFlags };

  async run(): Promise<EffectiveConfig> {
    const { flags, raw } = await this.parse(ConfigShow);
    const typed = new Set(raw.flatMap((token) => (token.type === 'flag' ? [token.flag] : [])));
    const { home, profile, domain, pipeline } = flags;
    const config = effectiveConfig(this.runtime, { values: { home, profile, domain, pipeline }, typed });
    return this.present(config, (shown) => stringify(shown, { lineWidth: 0, aliasDuplicateObjects: false }));
  }
}

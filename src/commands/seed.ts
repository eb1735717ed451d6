import { Flags } from '@oclif/core';
import { PipeCommand } from '../core/cli/command.js';
import { pipelineFlags, stackFlags } from '../core/cli/flags.js';
import { seedTable } from '../core/cli/seed-view.js';
import { withMetadata } from '../core/metadata/connect.js';
import { isSeededDomain, type SeededDomain, seededDomains } from '../core/metadata/rows/registry.js';
import { seedAll } from '../core/metadata/seed.js';
import { defaultChoice, type SeedChoice, type TableCount } from '../core/metadata/seeding.js';
import type { Plan } from '../core/pipeline/plan.js';
import { findPipeline, unknownDomain } from '../core/run/pipeline-source.js';
import { usageError } from '../core/runtime/errors.js';
import { readProject } from '../core/runtime/project.js';
import { resolveEndpoints } from '../core/stack/stack.js';

const maxScale = 1000;

const scaleFlag = Flags.custom<number>({
  parse: async (text) => {
    const scale = Number(text);
    if (text.trim() !== '' && scale > 0 && scale <= maxScale) return scale;
    throw usageError(`--scale: expected a number above 0 and at most ${maxScale}, got "${text}"`);
  },
  helpValue: 'N',
});

export default class Seed extends PipeCommand<SeedChoice & { tables: TableCount[] }> {
  static override summary = 'Fill PostgreSQL with the metadata that events refer to.';
  static override description = [
    'Makes the tables (migrations, one schema a pipeline) and loads realistic rows by COPY: users, products and stock; sites and ' +
      'devices; plans and accounts; customers, cards and merchants. The same seed and scale give the same rows. Running it again ' +
      'changes nothing; another seed or scale replaces the rows.',
    'With --pipeline, makes and fills the tables that the file declares under metadata. Without --domain, --pipeline and a domain ' +
      'in pipe.yaml, all shipped pipelines are seeded.',
  ].join('\n\n');
  static override examples = [
    '<%= config.bin %> seed',
    {
      description: 'Ten times the users and products',
      command: '<%= config.bin %> seed --domain ecommerce --scale 10',
    },
    { description: "The tables of one's own file", command: '<%= config.bin %> seed --pipeline parcels.pipeline.yaml' },
  ];
  static override flags = {
    ...pipelineFlags,
    ...stackFlags,
    scale: scaleFlag({
      summary: 'Size: 1 is about 2,000 users and 1,000 products; fractions are fine.',
      default: defaultChoice.scale,
    }),
    seed: Flags.integer({
      summary: 'Seed of all randomness in the rows.',
      default: defaultChoice.seed,
      min: 0,
      max: Number.MAX_SAFE_INTEGER,
      helpValue: 'S',
    }),
  };

  async run(): Promise<SeedChoice & { tables: TableCount[] }> {
    const { flags } = await this.parse(Seed);
    const choice = { seed: flags.seed, scale: flags.scale };
    const pipelines = this.pipelines(flags);
    const { postgres } = await resolveEndpoints(this.runtime, this.home(flags), flags.profile, ['postgres']);
    this.runtime.note(`seed ${choice.seed}, scale ${choice.scale}`);
    const tables = await withMetadata(postgres, (client) => seedAll(client, this.runtime, pipelines, choice));
    return this.present({ ...choice, tables }, (result) => seedTable(result.tables));
  }

  private pipelines(flags: { domain?: string; pipeline?: string }): (SeededDomain | Plan)[] {
    if (flags.pipeline !== undefined) return [findPipeline(this.runtime, flags)];
    const domain = flags.domain ?? readProject(this.runtime).domain;
    if (domain === undefined) return [...seededDomains];
    if (isSeededDomain(domain)) return [domain];
    throw unknownDomain(domain, seededDomains);
  }
}

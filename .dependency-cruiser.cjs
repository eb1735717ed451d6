/**
 * The import rules: a folder of src/core imports only from the folders above it in the map (src/core/README.md),
 * pure folders reach no node:* module and no client, and nothing imports the commands.
 */
const order = [
  'runtime',
  'pipeline',
  'generate',
  'domain',
  'process',
  'stack',
  'broker',
  'metadata',
  'sink',
  'query',
  'run',
  'observe',
  'verify',
  'demo',
  'chaos',
  'bench',
  'serve',
  'tui',
  'cli',
];
const pure = ['pipeline', 'generate', 'domain', 'process'];
/** What pure code may take from runtime/: values without I/O. */
const pureRuntime = '^src/core/runtime/(errors|exit-codes|units|yaml-file|yaml-problems)\\.ts$';
const pureLibraries = 'node_modules/(zod|yaml|jsep|@faker-js|hdr-histogram-js)/';

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    { name: 'not-to-commands', severity: 'error', from: { path: '^src/core' }, to: { path: '^src/commands' } },
    {
      name: 'not-to-dev-packages',
      severity: 'error',
      from: { path: '^(src|bin)' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    ...order.map((folder, index) => ({
      name: `${folder}-imports-only-from-above`,
      severity: 'error',
      from: { path: `^src/core/${folder}/` },
      to: { path: `^src/core/(${order.slice(index + 1).join('|') || '-'})/` },
    })),
    {
      name: 'pure-has-no-node-modules',
      severity: 'error',
      from: { path: `^src/core/(${pure.join('|')})/` },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'pure-uses-few-libraries',
      severity: 'error',
      from: { path: `^src/core/(${pure.join('|')})/` },
      to: { path: 'node_modules/', pathNot: pureLibraries },
    },
    {
      name: 'pure-takes-no-io-from-runtime',
      severity: 'error',
      from: { path: `^src/core/(${pure.join('|')})/` },
      to: { path: '^src/core/runtime/', pathNot: pureRuntime, dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};

// Renews configs/kafka/jars.lock.json: node scripts/lock-jars.mjs [KAFKA_VERSION]
// Maven resolves the dependencies; what the broker never loads is left out (the integration tests show that it runs without).
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const lockFile = fileURLToPath(new URL('../configs/kafka/jars.lock.json', import.meta.url));
const version = process.argv[2] ?? JSON.parse(readFileSync(lockFile, 'utf8')).version;
const log4jVersion = '2.24.3';
const roots = [
  ['org.apache.kafka', 'kafka_2.13', version],
  // Kafka's own packaging adds it, its Maven dependencies do not: without it nothing is logged.
  ['org.apache.logging.log4j', 'log4j-slf4j-impl', log4jVersion],
];
const neverLoaded = [
  'commons-beanutils',
  'commons-collections',
  'commons-digester',
  'jackson-dataformat-csv',
  'jackson-dataformat-yaml',
  'jspecify',
  'scala-reflect',
  'snakeyaml',
];

const folder = mkdtempSync(join(tmpdir(), 'pipe-jars-'));
const dependency = ([group, artifact, wanted]) =>
  `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${wanted}</version></dependency>`;
writeFileSync(
  join(folder, 'pom.xml'),
  `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>pipe</groupId><artifactId>jars</artifactId><version>1</version>
<dependencies>${roots.map(dependency).join('')}</dependencies></project>`,
);
execFileSync(
  'mvn',
  [
    '-q',
    '-B',
    'dependency:copy-dependencies',
    '-DincludeScope=runtime',
    '-Dmdep.useRepositoryLayout=true',
    '-DoutputDirectory=jars',
  ],
  { cwd: folder, stdio: 'inherit' },
);

const jars = readdirSync(join(folder, 'jars'), { recursive: true })
  .filter((path) => path.endsWith('.jar'))
  .map((path) => {
    const [wanted, artifact, ...group] = path.split('/').slice(0, -1).reverse();
    const content = readFileSync(join(folder, 'jars', path));
    return {
      coordinates: `${group.reverse().join('.')}:${artifact}:${wanted}`,
      artifact,
      bytes: content.length,
      sha256: createHash('sha256').update(content).digest('hex'),
    };
  })
  .filter(({ artifact }) => !neverLoaded.includes(artifact))
  .sort((a, b) => (a.coordinates < b.coordinates ? -1 : 1))
  .map(({ coordinates, bytes, sha256 }) => ({ coordinates, bytes, sha256 }));
rmSync(folder, { recursive: true });

writeFileSync(lockFile, `${JSON.stringify({ version, jars }, null, 2)}\n`);
const total = jars.reduce((sum, { bytes }) => sum + bytes, 0);
console.log(`${lockFile}: Kafka ${version}, ${jars.length} jars, ${(total / 2 ** 20).toFixed(1)} MiB`);

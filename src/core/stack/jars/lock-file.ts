import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const jarSchema = z.strictObject({
  /** group:artifact:version, as Maven writes it. */
  coordinates: z.string().regex(/^[\w.-]+:[\w.-]+:[\w.-]+$/),
  bytes: z.int().positive(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
const lockSchema = z.strictObject({ version: z.string(), jars: z.array(jarSchema).min(1) });

export type Jar = z.infer<typeof jarSchema>;
export type JarLock = z.infer<typeof lockSchema>;

/** The jars that make up Kafka, as scripts/lock-jars.mjs wrote them down. */
export function readJarLock(packageRoot: string): JarLock {
  return lockSchema.parse(JSON.parse(readFileSync(join(packageRoot, 'configs/kafka/jars.lock.json'), 'utf8')));
}

/** Where a Maven repository has the jar, below its root; the cache is laid out in the same way. */
export function jarPath({ coordinates }: Pick<Jar, 'coordinates'>): string {
  const [group, artifact, version] = coordinates.split(':') as [string, string, string];
  return `${group.replaceAll('.', '/')}/${artifact}/${version}/${artifact}-${version}.jar`;
}

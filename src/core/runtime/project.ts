import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Runtime } from './runtime.js';
import { parseYaml } from './yaml-file.js';

export const projectFileName = 'pipe.yaml';

/** Text of a certain form; a value that refers to the environment is judged once it is known. */
const text = (form: RegExp, expected: string) =>
  z.string().refine((value) => value.includes('${') || form.test(value), `expected ${expected}`);

const port = z.int().min(1).max(65535);
const credentials = z.strictObject({ user: z.string(), password: z.string() });
const sasl = z.strictObject({
  mechanism: z.enum(['plain', 'scram-sha-256', 'scram-sha-512']),
  username: z.string(),
  password: z.string(),
});
const address = text(/^[^\s:/]+:\d+$/, 'HOST:PORT');
/** Files in PEM, relative to the project file. */
const tls = z.strictObject({ ca: z.string().optional(), cert: z.string().optional(), key: z.string().optional() });

export const profileSchema = z.strictObject({
  kafka: z
    .strictObject({
      brokers: z.array(text(/^[^\s:/]+:\d+(,[^\s:/]+:\d+)*$/, 'HOST:PORT')).min(1),
      ssl: z.union([z.boolean(), tls]).optional(),
      /** By the address that a broker advertises, the one to connect to: the near end of a tunnel. */
      via: z.record(address, address).optional(),
      sasl: sasl.optional(),
    })
    .optional(),
  clickhouse: z
    .strictObject({
      url: text(/^https?:\/\/[^\s/]+/, 'http://HOST:PORT or https://HOST:PORT'),
      database: z.string().default('default'),
      user: z.string(),
      password: z.string(),
      /** A user who may only read; the one above when left out. */
      reader: credentials.optional(),
    })
    .optional(),
  postgres: z
    .strictObject({ url: text(/^postgres(ql)?:\/\//, 'postgres://USER:PASSWORD@HOST:PORT/DATABASE') })
    .optional(),
});

const projectSchema = z.strictObject({
  /** The pipeline that commands work on without --domain and --pipeline. */
  domain: z.string().optional(),
  home: z.string().optional(),
  /** Threads of the engine. */
  workers: z.int().min(1).optional(),
  /** Of the local services. */
  ports: z
    .strictObject({
      kafka: port.optional(),
      postgres: port.optional(),
      clickhouse: port.optional(),
      prometheus: port.optional(),
    })
    .default({}),
  /** Clusters that are already there. */
  profiles: z.record(z.string(), profileSchema).default({}),
});

export type Project = z.infer<typeof projectSchema>;
export type Profile = z.infer<typeof profileSchema>;

/** The project file of the working folder; all defaults where there is none. Throws a usage error with file and lines. */
export function readProject({ cwd }: Pick<Runtime, 'cwd'>): Project {
  const path = join(cwd, projectFileName);
  return parseYaml(existsSync(path) ? readFileSync(path, 'utf8') : '', projectFileName, projectSchema);
}

import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { messageOf, usageError } from '../../runtime/errors.js';

const user = z.strictObject({ name: z.string().min(1), password: z.string().min(8) });

export const serverConfigSchema = z.strictObject({
  /** Holds the tables; made where missing, one server at a time. */
  dataDir: z.string().min(1),
  host: z.string().default('127.0.0.1'),
  /** 0 takes a free one; the log's first line names it. */
  port: z.number().int().min(0).max(65535),
  /** Rotated at 10 MiB, three kept; without it lines go to standard output. */
  logFile: z.string().optional(),
  users: z.strictObject({ writer: user, reader: user }),
  /** Statements that run at the same time; the others wait their turn. */
  maxStatements: z.number().int().min(2).max(64).default(12),
  maxBodyBytes: z
    .number()
    .int()
    .positive()
    .default(16 * 2 ** 30),
  /** What the reader's statements may use at most. */
  readerLimits: z
    .strictObject({
      max_execution_time: z.number().positive().default(60),
      max_memory_usage: z
        .number()
        .positive()
        .default(4 * 2 ** 30),
      max_result_rows: z.number().positive().default(10_000_000),
      max_result_bytes: z
        .number()
        .positive()
        .default(4 * 2 ** 30),
    })
    .prefault({}),
});

export type ServerConfig = z.infer<typeof serverConfigSchema>;
export type ServerConfigInput = z.input<typeof serverConfigSchema>;

/** The file holds passwords: it should be readable by its owner alone. Throws a usage error that names the file and the key. */
export function loadServerConfig(path: string | undefined): ServerConfig {
  if (!path) throw usageError('expected the path of a JSON configuration file as the only argument');
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw usageError(`${path}: cannot be read: ${messageOf(error)}`);
  }
  const result = serverConfigSchema.safeParse(parsed);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  throw usageError(`${path}: ${issue.path.join('.') || 'configuration'}: ${issue.message}`);
}

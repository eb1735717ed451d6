/**
 * How the supervisor starts the ClickHouse server: `clickhouseServerProcess` writes the configuration file and says what to spawn.
 * Ready when GET http://host:port/ping answers 200. SIGTERM ends it with exit code 0 within 25 s; exit code 3 at a start means that
 * the data folder or the port is taken, and standard error says which. Give it the environment below on top of your own.
 */
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ServerConfigInput } from './config.js';

export interface ClickHouseServerOptions extends ServerConfigInput {
  /** Where to write the configuration with its passwords, mode 0600. */
  configFile: string;
  /** Where the built package lives: `Runtime.packageRoot`. */
  packageRoot: string;
}

export interface ClickHouseServerProcess {
  file: string;
  args: string[];
  /** To add to the environment of the process. */
  env: Record<string, string>;
}

/** More threads than statements: bodies, results and cancellation must go on while every statement runs. */
const sparePoolThreads = 12;

export function clickhouseServerProcess(options: ClickHouseServerOptions): ClickHouseServerProcess {
  const { configFile, packageRoot, ...config } = options;
  writeFileSync(configFile, `${JSON.stringify(config, null, 2)}\n`, { mode: 0o600 });
  chmodSync(configFile, 0o600);
  return {
    file: process.execPath,
    args: [join(packageRoot, 'dist/core/stack/clickhouse-server/main.js'), configFile],
    env: { UV_THREADPOOL_SIZE: String((config.maxStatements ?? 12) + sparePoolThreads) },
  };
}

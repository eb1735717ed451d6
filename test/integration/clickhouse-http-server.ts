import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { clickhouseServerProcess } from '../../src/core/stack/clickhouse-server/process.js';
import { freePort } from '../../src/core/stack/net/ports.js';

export const users = {
  writer: { name: 'writer', password: 'writer-secret' },
  reader: { name: 'reader', password: 'reader-secret' },
};

interface Asked {
  params?: Record<string, string>;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
  user?: { name: string; password: string };
  method?: string;
}

export interface Answer {
  status: number;
  headers: Headers;
  bytes: Buffer;
  text: string;
}

export interface TestServer {
  port(): number;
  pid(): number;
  url(): string;
  /** Starts the process as the supervisor does, without waiting for it. */
  launch(): ChildProcess;
  /** Resolves when the server says that it is ready; rejects with its last words. */
  start(): Promise<void>;
  /** Exit code and signal. */
  end(signal: NodeJS.Signals): Promise<unknown[]>;
  ask(query: string | undefined, asked?: Asked): Promise<Answer>;
  /** The text of an answer that must be a good one. */
  run(query: string, asked?: Asked): Promise<string>;
}

/** A server of its own in a temporary folder, for the tests of one file. */
export function testServer(): TestServer {
  const folder = mkdtempSync(join(tmpdir(), 'clickhouse-http-'));
  let port = 0;
  let process_: ChildProcess | undefined;

  const server: TestServer = {
    port: () => port,
    pid: () => process_!.pid!,
    url: () => `http://127.0.0.1:${port}`,
    launch() {
      const packageRoot = join(import.meta.dirname, '../..');
      const options = {
        dataDir: join(folder, 'data'),
        port,
        users,
        configFile: join(folder, 'server.json'),
        packageRoot,
      };
      const { file, args, env } = clickhouseServerProcess(options);
      return spawn(file, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    },
    async start() {
      const child = server.launch();
      process_ = child;
      let said = '';
      await new Promise<void>((ready, failed) => {
        const listen = (chunk: Buffer) => {
          said += chunk;
          if (said.includes(' ready http://')) ready();
        };
        child.stdout!.on('data', listen);
        child.stderr!.on('data', listen);
        child.once('exit', () => failed(new Error(said)));
      });
    },
    async end(signal) {
      const exited = once(process_!, 'exit');
      process_!.kill(signal);
      return exited;
    },
    async ask(query, { params, headers, body, user = users.writer, method = 'POST' } = {}) {
      const search = new URLSearchParams({ ...params, ...(query === undefined ? {} : { query }) });
      const response = await fetch(`${server.url()}/?${search}`, {
        method,
        ...(method === 'GET' ? {} : { body: typeof body === 'object' ? Uint8Array.from(body) : (body ?? '') }),
        headers: { 'X-ClickHouse-User': user.name, 'X-ClickHouse-Key': user.password, ...headers },
      });
      const bytes = Buffer.from(await response.arrayBuffer());
      return { status: response.status, headers: response.headers, bytes, text: bytes.toString().trim() };
    },
    async run(query, asked) {
      const { status, text } = await server.ask(query, asked);
      if (status !== 200) throw new Error(text);
      return text;
    },
  };
  beforeAll(async () => {
    chmodSync(folder, 0o755);
    port = await freePort(Math.random);
    await server.start();
  });
  afterAll(async () => {
    if (process_ && process_.exitCode === null && process_.signalCode === null) await server.end('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });
  return server;
}

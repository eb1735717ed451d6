import { join } from 'node:path';
import type { ClickHouseClient } from '@clickhouse/client';
import { execa } from 'execa';
import { expect, inject, onTestFinished } from 'vitest';
import type { GenerateSummary } from '../../src/core/run/generate/summary.js';
import type { ProcessReport } from '../../src/core/run/process/process-report.js';
import { homeAt } from '../../src/core/runtime/home.js';
import { nodeRuntime } from '../../src/core/runtime/node-runtime.js';
import { connectWriter } from '../../src/core/sink/client.js';
import { resolveEndpoints } from '../../src/core/stack/stack.js';
import type { VerifyReport } from '../../src/core/verify/report.js';
import { binary, pipe, type Ran } from './pipe.js';

/** The commands of one pipeline, in the home of the shared stack; `pipeline` is a file, or the name of a domain. */
export class Loop {
  readonly select: readonly string[];
  readonly home = inject('home');

  constructor(pipeline: string) {
    this.select = [pipeline.endsWith('.yaml') ? '--pipeline' : '--domain', pipeline];
  }

  run(command: string, ...args: string[]): Promise<Ran> {
    return pipe([command, ...this.select, '--home', this.home, '--json', ...args]);
  }

  async generate(...args: string[]): Promise<GenerateSummary> {
    return answer(await this.run('generate', ...args));
  }

  /** What was in the topic, to the end. */
  async catchUp(...args: string[]): Promise<ProcessReport> {
    return answer(await this.run('process', '--until-caught-up', ...args));
  }

  async verify(exit = 0): Promise<VerifyReport> {
    return answer(await this.run('verify'), exit);
  }

  /** A command that goes on by itself; `begun` when it has said its first word. */
  start(command: 'process' | 'generate', ...args: string[]): Running {
    return new Running([command, ...this.select, '--home', this.home, '--json', ...args]);
  }

  /** Where the engine keeps its state. */
  engineFolder(name: string): string {
    return join(homeAt(this.home).checkpoints, name);
  }
}

export class Running {
  readonly begun: Promise<void>;
  /** Standard error so far. */
  said = '';
  private readonly child;

  /** `lasting`: one that several tests share; its owner ends it. */
  constructor(args: readonly string[], { lasting = false } = {}) {
    this.child = execa('node', [binary, ...args], { reject: false, stdin: 'ignore', env: { PIPE_DEBUG: undefined } });
    // A test that fails leaves nothing running; the demo takes its stack down when it is asked to end.
    if (!lasting)
      onTestFinished(async () => {
        this.child.kill('SIGTERM');
        await this.child;
      });
    this.begun = new Promise((resolve) => {
      this.child.stderr.on('data', (chunk: Buffer) => {
        this.said += chunk.toString();
        resolve();
      });
      void this.child.finally(resolve);
    });
  }

  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.child.kill(signal);
  }

  async end(signal: 'SIGINT' | 'SIGTERM' | 'SIGKILL'): Promise<Ran> {
    this.child.kill(signal);
    return this.ended();
  }

  async ended(): Promise<Ran> {
    const { exitCode, stdout, stderr } = await this.child;
    return { exitCode: exitCode ?? -1, stdout, stderr, json: () => JSON.parse(stdout) };
  }
}

/** The JSON of a command that is expected to end with `exit`. */
export function answer<T>(ran: Ran, exit = 0): T {
  expect({ exit: ran.exitCode, told: ran.exitCode === exit ? '' : ran.stdout + ran.stderr }).toEqual({
    exit,
    told: '',
  });
  return ran.json<T>();
}

/** A client that may write, for tests that damage what is stored. */
export async function clickhouseWriter(): Promise<ClickHouseClient> {
  const needed = await resolveEndpoints(nodeRuntime(), homeAt(inject('home')), undefined, ['clickhouse']);
  return connectWriter(needed.clickhouse);
}

export async function rowsOf<T = Record<string, unknown>>(client: ClickHouseClient, query: string): Promise<T[]> {
  const result = await client.query({
    query,
    format: 'JSONEachRow',
    clickhouse_settings: { output_format_json_quote_64bit_integers: 0 },
  });
  return await result.json<T>();
}

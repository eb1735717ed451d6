import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import { type MetadataClient, withMetadata } from '../../src/core/metadata/connect.js';
import type { SeededDomain } from '../../src/core/metadata/rows/registry.js';
import { seedAll } from '../../src/core/metadata/seed.js';
import { defaultChoice, type SeedChoice, type SeedRuntime, type TableCount } from '../../src/core/metadata/seeding.js';
import type { Plan } from '../../src/core/pipeline/plan.js';
import { homeAt } from '../../src/core/runtime/home.js';
import { nodeRuntime } from '../../src/core/runtime/node-runtime.js';
import { resolveEndpoints } from '../../src/core/stack/stack.js';

/** Databases of their own in the shared server, so that the rows which other tests work on stay as they are, and a folder for files. */
export class MetadataDatabases {
  readonly folder = mkdtempSync(join(tmpdir(), 'pipe-metadata-'));
  private readonly names: string[] = [];

  async serverUrl(): Promise<string> {
    const { postgres } = await resolveEndpoints(nodeRuntime(), homeAt(inject('home')), undefined, ['postgres']);
    return postgres.url;
  }

  /** The address of a new, empty one. */
  async fresh(): Promise<string> {
    const url = new URL(await this.serverUrl());
    const name = `metadata_${randomBytes(6).toString('hex')}`;
    await inDatabase(url.href, (client) => client.query(`CREATE DATABASE ${name}`));
    this.names.push(name);
    url.pathname = `/${name}`;
    return url.href;
  }

  async drop(): Promise<void> {
    await inDatabase(await this.serverUrl(), async (client) => {
      for (const name of this.names) await client.query(`DROP DATABASE ${name} WITH (FORCE)`);
    });
    rmSync(this.folder, { recursive: true });
  }
}

export function inDatabase<T>(url: string, use: (client: MetadataClient) => Promise<T>): Promise<T> {
  return withMetadata({ url }, use);
}

/** Seeds one pipeline in this process; gives the counts and what was noted. */
export async function seeded(
  url: string,
  pipeline: SeededDomain | Plan,
  choice: Partial<SeedChoice> = {},
): Promise<{ tables: TableCount[]; notes: string }> {
  const notes: string[] = [];
  const runtime = notingRuntime((line) => notes.push(line));
  const tables = await inDatabase(url, (client) =>
    seedAll(client, runtime, [pipeline], { ...defaultChoice, ...choice }),
  );
  return { tables, notes: notes.join('\n') };
}

export function notingRuntime(note: (line: string) => void, signal = new AbortController().signal): SeedRuntime {
  return { ...nodeRuntime(), note, signal };
}

/** A sum for each table: equal for equal rows only. */
export async function contentOf(url: string, schema: string, tables: readonly string[]): Promise<string[]> {
  return inDatabase(url, async (client) => {
    const sums: string[] = [];
    for (const table of tables) {
      const { rows } = await client.query<{ sum: string }>(
        `SELECT md5(string_agg(t::text, E'\\n' ORDER BY t::text COLLATE "C")) AS sum FROM ${schema}.${table} t`,
      );
      sums.push(rows[0]!.sum);
    }
    return sums;
  });
}

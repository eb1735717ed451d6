import { readFile } from 'node:fs/promises';
import type { Plan } from '../pipeline/plan.js';
import { messageOf, usageError } from '../runtime/errors.js';
import type { Runtime } from '../runtime/runtime.js';
import { queryNamed } from './catalogue.js';
import type { NamedQuery } from './named-query.js';

/** The places that a statement can come from; exactly one of them, standard input where none is given. */
export interface StatementSource {
  sql?: string;
  file?: string;
  name?: string;
  /** Resolved only for `name`. */
  plan?: () => Promise<Plan>;
}

/** The statement that the caller means. Throws a usage error when there is none, or more than one. */
export async function readStatement(
  source: StatementSource,
  runtime: Pick<Runtime, 'stdin'>,
): Promise<Pick<NamedQuery, 'sql' | 'params'>> {
  const given = [
    source.sql !== undefined && 'SQL',
    source.file !== undefined && '--file',
    source.name !== undefined && '--name',
  ].filter((each) => each !== false);
  if (given.length > 1) throw usageError(`expected one statement, got ${given.join(' and ')}`, howTo);
  if (source.name !== undefined) return queryNamed(await requirePlan(source), source.name);
  if (source.sql !== undefined) return plain(source.sql, 'the argument');
  if (source.file !== undefined && source.file !== '-') return plain(await readText(source.file), source.file);
  if (runtime.stdin.isTTY && source.file === undefined) throw usageError('expected a statement, got none', howTo);
  return plain(await readAll(runtime.stdin), 'standard input');
}

const howTo =
  'Give SQL as the argument, a file with -f, a named query with --name, or the statement on standard input.';

function plain(text: string, place: string): Pick<NamedQuery, 'sql' | 'params'> {
  const sql = text.trim().replace(/;+$/, '').trim();
  if (sql === '') throw usageError(`expected a statement in ${place}, found nothing`, howTo);
  return { sql, params: {} };
}

async function requirePlan(source: StatementSource): Promise<Plan> {
  if (!source.plan) throw usageError('--name needs a pipeline', 'Say which: --domain NAME or --pipeline FILE.');
  return await source.plan();
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw usageError(`cannot read ${file}: ${messageOf(error)}`);
  }
}

async function readAll(stream: AsyncIterable<Buffer | string>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}

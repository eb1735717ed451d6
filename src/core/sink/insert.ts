import { Readable } from 'node:stream';
import type { ClickHouseClient } from '@clickhouse/client';
import pRetry from 'p-retry';
import { PipeError } from '../runtime/errors.js';
import { ExitCode } from '../runtime/exit-codes.js';
import { describeFailure, outcomeOf, serverError } from './failures.js';
import { quoteIdentifier, quoteIdentifiers } from './identifiers.js';
import type { BlockContent } from './native-block.js';

/** Rows that are stored together or recognised as stored already. Its body must stay as it is until the insert has ended. */
export interface Block extends BlockContent {
  table: string;
  /** The block's identity: a second insert with the same token stores nothing. */
  token: string;
}

export interface InsertOptions {
  /** Stops the retrying; an attempt that is under way comes to its end, so that its outcome is known. */
  signal?: AbortSignal;
  /** Attempts after the first; default 8, which is about a minute. */
  retries?: number;
  /** First pause in ms; each further one is twice as long, up to 15 s. Default 250. */
  pauseMs?: number;
  onRetry?: (attempt: { error: unknown; number: number; left: number }) => void;
}

export interface Inserted {
  attempts: number;
  /**
   * True when an earlier attempt may have been cut short on the server: its token can be logged without its rows, so the rows must be counted
   * before they are taken for stored.
   */
  uncertain: boolean;
}

/**
 * Inserts one block and returns when ClickHouse has acknowledged it. Failures that pass are tried again under the same token with growing
 * pauses. Throws a PipeError; its `cause` tells by `outcomeOf` whether the rows may be stored all the same.
 */
export async function insertBlock(
  client: ClickHouseClient,
  block: Block,
  { signal, retries = 8, pauseMs = 250, onRetry }: InsertOptions = {},
): Promise<Inserted> {
  let uncertain = false;
  let attempts = 0;
  // p-retry drops even a success once its signal has aborted: this one aborts only while a pause is waited for.
  const pauses = new AbortController();
  let pausing = false;
  const stop = () => pausing && pauses.abort(signal?.reason);
  signal?.addEventListener('abort', stop);
  try {
    await pRetry(
      () => {
        attempts++;
        pausing = false;
        return send(client, block);
      },
      {
        retries,
        minTimeout: pauseMs,
        maxTimeout: 15_000,
        factor: 2,
        randomize: true,
        signal: pauses.signal,
        shouldRetry: ({ error }) => outcomeOf(error) !== 'refused' && !signal?.aborted,
        onFailedAttempt: ({ error, attemptNumber, retriesLeft }) => {
          uncertain ||= outcomeOf(error) === 'unknown';
          pausing = true;
          if (retriesLeft > 0 && outcomeOf(error) !== 'refused')
            onRetry?.({ error, number: attemptNumber, left: retriesLeft });
        },
      },
    );
    return { attempts, uncertain };
  } catch (error) {
    const doing = `storing ${block.rows} rows in ${block.table}`;
    throw signal?.aborted ? interrupted(doing, signal, error) : describeFailure(error, doing);
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}

function interrupted(doing: string, signal: AbortSignal, cause: unknown): PipeError {
  const exit = signal.reason === 'SIGTERM' ? ExitCode.terminated : ExitCode.interrupted;
  return new PipeError(`${doing}: stopped before ClickHouse acknowledged it`, { code: 'INTERRUPTED', exit, cause });
}

async function send(client: ClickHouseClient, block: Block): Promise<void> {
  const { stream } = await client.exec({
    query: `INSERT INTO ${quoteIdentifier(block.table)} (${quoteIdentifiers(block.columns)}) FORMAT Native`,
    values: Readable.from([block.body], { objectMode: false }),
    clickhouse_settings: { ...oneBlock, insert_deduplication_token: block.token },
  });
  let answer = '';
  for await (const chunk of stream) answer += String(chunk);
  // The status was sent before the insert ended: a late failure stands in the body.
  if (/^Code: \d+\./m.test(answer)) throw serverError(answer);
}

/**
 * One insert is one block, whatever its size: ClickHouse tells repeated inserts by token and block number, so a retry must be cut in the
 * same way (docs/storage.md has what was tried).
 */
const oneBlock = {
  async_insert: 0,
  insert_deduplicate: 1,
  max_insert_threads: '1',
  input_format_parallel_parsing: 0,
  max_insert_block_size: String(2 ** 40),
  min_insert_block_size_rows: String(2 ** 40),
  min_insert_block_size_bytes: String(2 ** 50),
  throw_on_max_partitions_per_insert_block: 0,
  // The server answers after the insert has ended, so that the status is the insert's.
  wait_end_of_query: 1,
} as const;

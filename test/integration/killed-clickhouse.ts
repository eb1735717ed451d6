import { inject } from 'vitest';
import { homeAt } from '../../src/core/runtime/home.js';
import { findProcess } from '../../src/core/stack/process/run-file.js';
import { answer } from './loop.js';
import { pipe } from './pipe.js';

/** Kills the shared stack's ClickHouse, looks, and brings it back whatever the look found: the tests that follow need it. */
export async function withClickHouseKilled(look: () => Promise<void>): Promise<void> {
  const home = inject('home');
  process.kill(findProcess(homeAt(home), 'clickhouse').run!.pid, 'SIGKILL');
  try {
    await look();
  } finally {
    answer(await pipe(['up', '--home', home, '--json']));
  }
}

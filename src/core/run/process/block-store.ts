import type { ClickHouseClient } from '@clickhouse/client';
import type { Plan } from '../../pipeline/plan.js';
import { Verdict } from '../../process/verdict.js';
import { PipeError } from '../../runtime/errors.js';
import { ExitCode } from '../../runtime/exit-codes.js';
import type { Runtime } from '../../runtime/runtime.js';
import { type InsertOptions, insertBlock } from '../../sink/insert.js';
import { rawTable } from '../../sink/names.js';
import type { BlockContent } from '../../sink/native-block.js';
import { storedRanges } from '../../sink/ranges.js';
import type { Block, BlockMaker, Judged } from './block.js';
import { type Intent, tokenOf } from './intent-log.js';
import { pauses } from './pauses.js';
import { stopped } from './stopped.js';

type Waiting = Pick<Runtime, 'clock' | 'signal' | 'note'>;

interface Into {
  client: ClickHouseClient;
  plan: Plan;
  topicId: string;
  maker: BlockMaker;
  options: InsertOptions;
}

/** Stores blocks of raw rows, each row once. */
export class BlockStore {
  private readonly runtime: Waiting;
  private readonly client: ClickHouseClient;
  private readonly table: string;
  private readonly topicId: string;
  private readonly maker: BlockMaker;
  private readonly options: InsertOptions;

  constructor(runtime: Waiting, into: Into) {
    this.runtime = runtime;
    this.client = into.client;
    this.table = rawTable(into.plan);
    this.topicId = into.topicId;
    this.maker = into.maker;
    this.options = into.options;
  }

  /**
   * Returns when every row of the block is stored. The intent is on disk already, and so is what `announce` was given when it resolves. `doubtful` says that an insert under its token may have been cut
   * short before this start: like after an attempt of unknown outcome, ClickHouse may know the token and not have the rows, so that they are
   * counted, and what is missing is sent under the next attempt's token.
   */
  async store(
    block: Block,
    intent: Intent,
    announce: (attempt: Intent) => Promise<void>,
    doubtful: boolean,
  ): Promise<void> {
    if (block.rows === 0) return;
    const { uncertain } = await this.insert(this.maker.encode(block), intent);
    let doubt = doubtful || uncertain;
    for (let attempt = intent; doubt; ) {
      const missing = await this.missing(block);
      if (missing.rows === 0) return;
      attempt = { ...attempt, attempt: attempt.attempt + 1 };
      await announce(attempt);
      doubt = (await this.insert(missing, attempt)).uncertain;
    }
  }

  private insert(content: BlockContent, intent: Intent): Promise<{ uncertain: boolean }> {
    const token = tokenOf(this.topicId, intent);
    return insertBlock(this.client, { ...content, table: this.table, token }, this.options);
  }

  /** The block's rows that are not in the table. */
  private async missing(block: Block): Promise<BlockContent> {
    const stored = new Map<number, Set<number>>();
    for (const { partition, from, to } of block.ranges) {
      const offsets = new Set<number>();
      for (const run of await this.untilAnswered(() => storedRanges(this.client, this.table, partition, { from, to })))
        for (let offset = run.from; offset < run.to; offset++) offsets.add(offset);
      stored.set(partition, offsets);
    }
    return this.maker.encode(block, ({ batch, verdicts }: Judged) =>
      verdicts.map((verdict, row) =>
        verdict === Verdict.aggregated && stored.get(batch.partition)!.has(batch.offsets[row]!)
          ? Verdict.duplicate
          : verdict,
      ),
    );
  }

  /** Counting waits for ClickHouse as inserting does: it may go away again just then. */
  private async untilAnswered<T>(ask: () => Promise<T>): Promise<T> {
    const { clock, signal, note } = this.runtime;
    const waits = pauses();
    for (;;) {
      try {
        return await ask();
      } catch (error) {
        if (!(error instanceof PipeError && error.exit === ExitCode.missing)) throw error;
        if (signal.aborted) throw stopped('counting stored rows', signal, error);
        const { ms } = waits.next().value;
        note(`${error.message}; trying again in ${ms / 1000} s`);
        await clock.sleep(ms, signal).catch(() => undefined);
      }
    }
  }
}

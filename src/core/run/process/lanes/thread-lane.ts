import { Worker } from 'node:worker_threads';
import type { ChangeSet } from '../../../metadata/changes/change-set.js';
import { messageOf, PipeError } from '../../../runtime/errors.js';
import { LatencyHistogram } from '../../../runtime/latency-histogram.js';
import type { Runtime } from '../../../runtime/runtime.js';
import { type Calls, Channel } from './channel.js';
import type { BlockResult, Lane, LaneFigures, LaneHost, LaneState } from './host.js';
import type { HostCalls, ThreadCalls, ThreadStart } from './lane-thread.js';

/** A lane in a thread of its own, that takes it down when it fails. */
export class ThreadLane implements Lane {
  readonly partitions: readonly number[];
  latency = new LatencyHistogram();
  private readonly worker: Worker;
  private readonly channel: Channel<ThreadCalls>;
  private host: LaneHost | undefined;

  private constructor({ note }: Pick<Runtime, 'note'>, start: ThreadStart) {
    this.partitions = start.partitions;
    this.worker = new Worker(new URL('./lane-thread.js', import.meta.url), { workerData: start });
    const calls: { [Name in keyof HostCalls]: HostCalls[Name] } = {
      note,
      looked: () => this.host!.looked(),
      begin: (ranges) => this.host!.begin(ranges),
      again: (intent) => this.host!.again(intent),
      done: (result: BlockResult) => this.host!.done(result),
    };
    this.channel = new Channel(this.worker, calls satisfies Calls);
    this.worker.on('error', (error) => this.channel.fail(died(start, messageOf(error), error)));
    this.worker.on('exit', (code) => this.channel.fail(died(start, `it ended with ${code}`)));
  }

  /** Resolves when the lane has its connections. */
  static async open(runtime: Pick<Runtime, 'note'>, start: ThreadStart): Promise<ThreadLane> {
    const lane = new ThreadLane(runtime, start);
    try {
      await lane.channel.call('open');
      return lane;
    } catch (error) {
      await lane.close();
      throw error;
    }
  }

  async run(host: LaneHost, signal: AbortSignal): Promise<void> {
    this.host = host;
    const stop = () => this.channel.tell('stop', String(signal.reason));
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    try {
      await this.channel.call('run');
    } finally {
      signal.removeEventListener('abort', stop);
      await this.channel.call('latency').then(
        (encoded) => this.latency.add(LatencyHistogram.decode(encoded)),
        () => undefined,
      );
    }
  }

  async figures(): Promise<LaneFigures> {
    const { rows, inserts, size } = await this.channel.call('figures');
    return { rows: LatencyHistogram.decode(rows), inserts: LatencyHistogram.decode(inserts), size };
  }

  change(changes: ChangeSet): void {
    this.channel.tell('change', changes);
  }

  empty(): Promise<Uint8Array> {
    return this.channel.call('empty');
  }

  state(): Promise<LaneState> {
    return this.channel.call('state');
  }

  async close(): Promise<void> {
    await this.channel.call('close').catch(() => undefined);
    await this.worker.terminate();
  }
}

function died({ partitions }: ThreadStart, reason: string, cause?: unknown): PipeError {
  return new PipeError(`the worker of partitions ${partitions.join(', ')} failed: ${reason}`, {
    code: 'WORKER_FAILED',
    cause,
  });
}

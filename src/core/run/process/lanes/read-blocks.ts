import type { Runtime } from '../../../runtime/runtime.js';
import type { EndOfInput } from '../end-of-input.js';
import { blockIntervalMs, type Reader } from '../reader.js';
import type { Delivery } from '../sources/source.js';

/** What makes blocks of records. */
export interface BlockWork {
  positions: ReadonlyMap<number, number>;
  process(deliveries: readonly Delivery[]): Promise<void>;
  /** There was nothing to process. */
  looked(): Promise<void>;
}

/** Hands what is read to `work`, block by block, until told to stop or, where there is one, the end of the input. `pending` was read before. */
export async function readBlocks(
  { clock }: Pick<Runtime, 'clock'>,
  reader: Reader,
  { work, end, pending = [] }: { work: BlockWork; end: EndOfInput | undefined; pending?: Delivery[] },
  signal: AbortSignal,
): Promise<void> {
  let waiting = pending;
  while (!signal.aborted && !end?.reachedBy(work.positions)) {
    const deliveries = [...waiting, ...(await reader.take())]
      .map((delivery) => (end ? end.below(delivery, work.positions) : delivery))
      .filter((delivery) => delivery !== undefined);
    waiting = [];
    const started = clock.monotonic();
    if (deliveries.length > 0) await work.process(deliveries);
    else await work.looked();
    if (!reader.full) await clock.sleep(started + blockIntervalMs - clock.monotonic(), signal).catch(() => undefined);
  }
}

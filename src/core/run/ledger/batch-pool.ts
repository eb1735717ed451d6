import { RecordBatchWriter } from '../../broker/record-batch/encode.js';
import { maxBatchBytes } from '../../broker/topics.js';

/** A record batch being filled, with when its records were due. */
export interface DueBatch {
  writer: RecordBatchWriter;
  /** Milliseconds, on the pacer's clock; `writer.count` of them count. */
  due: Float64Array;
}

/** Large enough that its own cost does not show, small enough for any topic. */
const batchBytes = 512 * 1024;
const mostRecords = 8_192;

/** Batches of one partition; those acknowledged are filled again, so that memory is bounded by the batches on the way. */
export class BatchPool {
  private readonly free: DueBatch[] = [];

  /** An empty batch with room for at least one record of so many bytes. */
  take(bytes = 0): DueBatch {
    const large = bytes > batchBytes - 128;
    const batch = (large ? undefined : this.free.pop()) ?? {
      writer: new RecordBatchWriter(large ? maxBatchBytes : batchBytes),
      due: new Float64Array(mostRecords),
    };
    batch.writer.reset();
    return batch;
  }

  give(batch: DueBatch): void {
    this.free.push(batch);
  }
}

export function isFull({ writer, due }: DueBatch, bytes: number): boolean {
  return writer.count === due.length || !writer.hasRoomFor(bytes);
}

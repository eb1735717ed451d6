import type { Batch, FetchedRecords } from '../batch.js';
import type { Dictionary } from '../dictionary.js';

/**
 * Turns fetched records into columns. Every decoder gives the same batch for the same bytes; they differ in speed. A record that is no valid
 * event keeps its row, with the fault's code and column and nulls elsewhere. No bytes make it throw.
 */
export interface Decoder {
  /** Where strings are interned from the next batch on: always the engine's, which renews it now and then. */
  dictionary: Dictionary;
  decode(fetched: FetchedRecords): Batch;
}

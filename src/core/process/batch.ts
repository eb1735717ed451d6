import type { Dictionary } from './dictionary.js';

/** Values by column and row. */
export interface Columns {
  size: number;
  columns: Column[];
}

/**
 * The events of one fetch from one partition, as columns. Decoders fill it, the engine judges and aggregates it, the sink encodes it; no
 * object per event anywhere. Row r of every array is the same record; rows are in offset order,
 * columns those of the plan: event fields, then enriched ones.
 */
export interface Batch extends Columns {
  partition: number;
  offsets: Float64Array;
  /** The Kafka record's timestamp in ms: the intended send time. */
  recordTimes: Float64Array;
  /** The records as they came, for dead letters and the late topic. */
  records: RawRecords;
  /** 0, or why this record is a dead letter (see verdict.ts), and the column at fault or -1. Decoders and validation write it. */
  faults: Uint8Array;
  faultColumns: Int16Array;
}

/** Numbers of every type: int, float, timestamp (ms), bool (0/1), decimal (scaled integer, exact up to 2^53). NaN is null. */
export interface NumberColumn {
  kind: 'number';
  values: Float64Array;
}

/** Strings that the engine groups, compares, joins or counts. -1 is null. */
export interface InternedColumn {
  kind: 'interned';
  ids: Int32Array;
  dictionary: Dictionary;
}

/** Strings that only pass through: UTF-8 ranges in one buffer. start -1 is null. */
export interface BytesColumn {
  kind: 'bytes';
  buffer: Uint8Array;
  starts: Int32Array;
  ends: Int32Array;
}

export type Column = NumberColumn | InternedColumn | BytesColumn;

/** Key and value of each record as ranges in one buffer; a start of -1 is a null key or value. */
export interface RawRecords {
  buffer: Uint8Array;
  keyStarts: Int32Array;
  keyEnds: Int32Array;
  valueStarts: Int32Array;
  valueEnds: Int32Array;
}

/** What a source hands over: consecutive records of one partition, in offset order, not decoded. */
export interface FetchedRecords {
  partition: number;
  size: number;
  offsets: Float64Array;
  /** Kafka record timestamps in ms. */
  recordTimes: Float64Array;
  records: RawRecords;
}

/** Where the fields of a record batch (magic 2) stand, from the batch's first byte. Big-endian. */
export const layout = {
  baseOffset: 0,
  /** Bytes after this field, so the batch's size is this + 12. */
  length: 8,
  leaderEpoch: 12,
  magic: 16,
  /** CRC32C of everything from `attributes` on. */
  crc: 17,
  attributes: 21,
  lastOffsetDelta: 23,
  firstTimestamp: 27,
  maxTimestamp: 35,
  producerId: 43,
  producerEpoch: 51,
  baseSequence: 53,
  count: 57,
  records: 61,
} as const;

/** What stands before the length says how much follows. */
export const lengthEnd = 12;
export const magic = 2;

export const compressionMask = 0x07;
export const logAppendTimeBit = 0x08;
export const transactionalBit = 0x10;
export const controlBit = 0x20;

/** Kafka's producer sequences are int32 and go on at 0 after 2^31 - 1. */
export const sequenceSpan = 2 ** 31;

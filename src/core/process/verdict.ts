/** What became of a record. Codes are what an Outcome's `verdicts` hold: exactly one per record. */
export const Verdict = { aggregated: 0, deadLetter: 1, late: 2, lateIdle: 3, duplicate: 4 } as const;
export type Verdict = (typeof Verdict)[keyof typeof Verdict];

/**
 * Why a record is a dead letter; the index is the code in a batch's `faults`, 0 being none.
 * null_value: a record without a value. not_utf8: invalid bytes, or half of a surrogate pair. not_json: not one JSON document.
 * missing_field: a required field absent or null. out_of_range: not an exact integer, beyond 2^53, beyond min or max, or a time outside
 * 1900 to 2299. not_allowed: not one of the field's values. too_precise: a decimal with more digits than its scale.
 * future: event time more than max_future_skew after the record's timestamp.
 */
export const faultReasons = [
  'none',
  'null_value',
  'not_utf8',
  'not_json',
  'not_an_object',
  'missing_field',
  'wrong_type',
  'out_of_range',
  'not_allowed',
  'too_precise',
  'future',
] as const;
export type FaultReason = (typeof faultReasons)[number];

/** The codes of the reasons, by name. */
export const Fault = Object.fromEntries(faultReasons.map((reason, code) => [reason, code])) as Record<
  FaultReason,
  number
>;

/** Records of one partition by verdict: consumed = deadLetters + late + lateIdle + duplicates + aggregated. */
export interface VerdictCounts {
  consumed: number;
  deadLetters: number;
  late: number;
  /** Late because the window was freed while the partition idled; not among `late`. */
  lateIdle: number;
  duplicates: number;
  aggregated: number;
}

export function noVerdicts(): VerdictCounts {
  return { consumed: 0, deadLetters: 0, late: 0, lateIdle: 0, duplicates: 0, aggregated: 0 };
}

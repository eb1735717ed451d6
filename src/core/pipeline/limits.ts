/** 1900-01-01 and 2299-12-31T23:59:59.999 in epoch milliseconds: what ClickHouse's DateTime64(3) can hold. */
export const earliestTime = -2_208_988_800_000;
export const latestTime = 10_413_791_999_999;

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const fine = new Intl.NumberFormat('en', { maximumSignificantDigits: 4 });

/** 12,345/s. */
export function rate(value: number): string {
  return `${value < 10 ? fine.format(value) : whole.format(value)}/s`;
}

export function count(value: number): string {
  return whole.format(value);
}

/** 250 ms, 5.2 s, 3 min: the unit that reads best. */
export function duration(ms: number): string {
  if (ms < 1_000) return `${whole.format(ms)} ms`;
  if (ms < 120_000) return `${(ms / 1000).toFixed(1)} s`;
  return ms < 7_200_000 ? `${whole.format(ms / 60_000)} min` : `${fine.format(ms / 3_600_000)} h`;
}

/** A cell of a table of windows. */
export function cell(value: unknown): string {
  if (value === null || value === undefined) return '–';
  // Milliseconds since the epoch are no count of anything.
  if (typeof value === 'number' && value > 1.5e12 && value < 2.5e12) return new Date(value).toISOString().slice(11, 19);
  if (typeof value === 'number') return Number.isInteger(value) ? whole.format(value) : fine.format(value);
  const time = /^\d{4}-\d\d-\d\dT(\d\d:\d\d:\d\d)\.\d{3}Z$/.exec(String(value));
  return time ? time[1]! : String(value);
}

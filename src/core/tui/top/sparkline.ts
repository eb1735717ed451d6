const bars = '▁▂▃▄▅▆▇█';

/** The newest `width` values as bars from 0 to the highest of them; a space for what is not known. */
export function sparkline(values: readonly (number | null)[], width: number): string {
  const shown = values.slice(-width);
  const most = Math.max(0, ...shown.map((value) => value ?? 0));
  const bar = (value: number | null) => {
    if (value === null) return ' ';
    return bars[most === 0 ? 0 : Math.min(bars.length - 1, Math.floor((Math.max(0, value) / most) * bars.length))]!;
  };
  return shown.map(bar).join('').padStart(width);
}

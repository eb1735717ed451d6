import { formatDuration } from '../../runtime/units.js';

/** 1234567 as 1,234,567; - for what is not known. */
export function count(value: number | null): string {
  return value === null ? '-' : Math.round(value).toLocaleString('en-US');
}

/** With its sign. */
export function change(perSecond: number | null): string {
  if (perSecond === null) return '-';
  const rounded = Math.round(perSecond);
  return `${rounded > 0 ? '+' : ''}${rounded.toLocaleString('en-US')}`;
}

/** To whole seconds above ten, to tenths below. */
export function age(ms: number): string {
  return ms < 10_000 ? `${(ms / 1000).toFixed(1)}s` : formatDuration(Math.round(ms / 1000) * 1000);
}

export function millis(ms: number): string {
  return ms < 1_000 ? `${ms.toFixed(0)} ms` : `${(ms / 1000).toFixed(2)} s`;
}

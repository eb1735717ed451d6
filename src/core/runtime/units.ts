import { usageError } from './errors.js';

const durationUnits: Record<string, number> = { ms: 1, s: 1e3, m: 60e3, h: 3600e3, d: 86400e3, w: 604800e3 };
const byteUnits: Record<string, number> = {
  B: 1,
  kB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
};

/** Milliseconds of "250ms", "30s", "1.5h", "1h30m". Throws a usage error for anything else. */
export function parseDuration(text: string): number {
  const parts = [...text.trim().matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d|w)/g)];
  if (parts.length === 0 || parts.map((part) => part[0]).join('') !== text.trim())
    throw usageError(`expected a duration such as 250ms, 30s, 5m or 1h30m, got "${text}"`);
  return parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * durationUnits[unit!]!, 0);
}

/** The shortest exact form: 90000 is "1m30s", 1500 is "1s500ms". */
export function formatDuration(ms: number): string {
  if (ms === 0) return '0s';
  let rest = Math.round(ms);
  let text = '';
  for (const unit of ['d', 'h', 'm', 's', 'ms']) {
    const amount = Math.floor(rest / durationUnits[unit]!);
    if (amount > 0) text += `${amount}${unit}`;
    rest -= amount * durationUnits[unit]!;
  }
  return text;
}

/** Bytes of "512MiB", "1GB", "4096B" or "4096". Throws a usage error for anything else. */
export function parseBytes(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*([kKMGT]?i?B)?$/.exec(text.trim());
  const unit = match && byteUnits[match[2] ?? 'B'];
  if (!match || !unit) throw usageError(`expected a size such as 512MiB or 1GB, got "${text}"`);
  return Math.round(Number(match[1]) * unit);
}

/** "12.3 MiB" for people; not parsed back. */
export function formatBytes(bytes: number): string {
  for (const unit of ['TiB', 'GiB', 'MiB', 'KiB'])
    if (bytes >= byteUnits[unit]!) return `${(bytes / byteUnits[unit]!).toFixed(1)} ${unit}`;
  return `${bytes} B`;
}

/** Epoch milliseconds of an instant, or of so long before `now`. Throws a usage error for what is neither. */
export function parseInstantOrAgo(text: string, now: number): number {
  return /^\d{10,}$|^\d{4}-/.test(text) ? parseInstant(text) : now - parseDuration(text);
}

/** An instant in epoch milliseconds from ISO 8601 or from epoch milliseconds in digits. */
export function parseInstant(text: string): number {
  const ms = /^\d{10,}$/.test(text) ? Number(text) : /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ms)) throw usageError(`expected a time such as 2026-01-31T12:00:00Z, got "${text}"`);
  return ms;
}

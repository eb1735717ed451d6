import { usageError } from '../runtime/errors.js';
import { formatDuration, parseDuration } from '../runtime/units.js';

/** What goes wrong on purpose; shares from 0 to 1. See docs/generators.md for what each one does to an event. */
export interface Distortions {
  /** The event time lies `minMs` to `maxMs` before the intended send time, uniformly. */
  late?: { share: number; minMs: number; maxMs: number };
  /** The event is sent a second time, byte-identical, after 1 to `maxRepeatDelay` further events of its partition. */
  repeat: number;
  /** The event is made and numbered but never sent. */
  discard: number;
  /** The value is damaged so that validation must fail. */
  corrupt: number;
}

export const noDistortions: Distortions = { repeat: 0, discard: 0, corrupt: 0 };

/** In events of the partition; below 32, the bits of a word. */
export const maxRepeatDelay = 16;

/** The distortions of the four flags, each as typed by the user or absent. Throws a usage error that names the flag. */
export function parseDistortions(flags: {
  late?: string;
  repeat?: string;
  discard?: string;
  corrupt?: string;
}): Distortions {
  const late = flags.late === undefined ? undefined : parseLate(flags.late);
  return {
    ...(late && late.share > 0 ? { late } : {}),
    repeat: parseShare('--repeat', flags.repeat ?? '0'),
    discard: parseShare('--discard', flags.discard ?? '0'),
    corrupt: parseShare('--corrupt', flags.corrupt ?? '0'),
  };
}

/** "0.1:200ms..30s", or "0" for none. */
export function parseLate(text: string): NonNullable<Distortions['late']> {
  const [, share, min, max] = /^([^:]+)(?::(.+)\.\.(.+))?$/.exec(text) ?? [];
  if (share === undefined || (min === undefined && Number(share) !== 0))
    throw usageError(`--late: expected SHARE:MIN..MAX, got "${text}"`, 'For example --late 0.1:200ms..30s');
  const late = {
    share: parseShare('--late', share),
    minMs: lateness(min ?? '0s', text),
    maxMs: lateness(max ?? '0s', text),
  };
  if (late.minMs > late.maxMs)
    throw usageError(
      `--late: expected MIN at most MAX, got ${formatDuration(late.minMs)}..${formatDuration(late.maxMs)}`,
      `For example --late ${share}:${max}..${min}`,
    );
  return late;
}

/** A share from 0 to 1, such as "0.02". */
export function parseShare(flag: string, text: string): number {
  const share = /^(\d+(\.\d*)?|\.\d+)(e-?\d+)?$/i.test(text.trim()) ? Number(text) : Number.NaN;
  if (!(share >= 0 && share <= 1))
    throw usageError(`${flag}: expected a share from 0 to 1, got "${text}"`, `For example ${flag} 0.02 for 2 %`);
  return share;
}

function lateness(text: string, whole: string): number {
  try {
    return Math.round(parseDuration(text));
  } catch {
    throw usageError(
      `--late: expected SHARE:MIN..MAX with durations, got "${whole}"`,
      'For example --late 0.1:200ms..30s',
    );
  }
}

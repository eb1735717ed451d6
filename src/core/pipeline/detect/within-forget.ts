import { formatDuration } from '../../runtime/units.js';
import type { SettingsProblem } from './form.js';

/** What is to be seen within some time must not be forgotten sooner. */
export function withinForget({ within }: { within: number }, { forget }: { forget: number }): SettingsProblem[] {
  if (within > 0 && within <= forget) return [];
  const got = formatDuration(within);
  return [
    { path: ['within'], message: `expected more than 0 and at most forget, ${formatDuration(forget)}, got ${got}` },
  ];
}

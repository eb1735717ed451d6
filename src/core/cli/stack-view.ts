import type { StackEvent, StackStatus } from '../stack/drivers/driver.js';
import { table } from './table.js';

/** The table that `up` and `status` end with; what is wrong with a service stands below. */
export function stackTable({ services }: StackStatus): string {
  const rows = services.map(({ name, state, address, version, pid }) => [name, state, address, version, pid]);
  const details = services.filter(({ detail }) => detail).map(({ name, detail }) => `${name}: ${detail}`);
  return [table(['service', 'state', 'address', 'version', 'pid'], rows), ...details].join('\n');
}

/** Prints each service's steps as they happen: one line a step, a download's progress at most once a second. */
export function stackReporter(note: (line: string) => void, now: () => number): (event: StackEvent) => void {
  const last = new Map<string, number>();
  return ({ service, step, detail, ms }) => {
    const line = (mark: string, text: string) => note(`${mark} ${service.padEnd(10)} ${text}`);
    switch (step) {
      case 'preparing': {
        if (!detail) return;
        const recent = now() - (last.get(service) ?? Number.NEGATIVE_INFINITY) < 1_000;
        if (recent && detail.startsWith('downloading')) return;
        last.set(service, now());
        return line('·', detail);
      }
      case 'ready':
      case 'stopped':
        return line('✓', ms === undefined ? step : `${step} after ${(ms / 1000).toFixed(1)} s`);
      case 'running':
        return line('✓', 'was running');
      case 'failed':
        return line('✗', 'failed');
      default:
        return line('·', step);
    }
  };
}

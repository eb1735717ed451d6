import { formatDuration } from '../../runtime/units.js';
import type { PipelineFile } from '../schema.js';
import type { Problems } from './problems.js';

export function checkTimes({ time, deduplicate, topic }: PipelineFile, problems: Problems): void {
  if (deduplicate.horizon < time.allowed_lateness)
    problems.add(
      ['deduplicate', 'horizon'],
      `expected at least time.allowed_lateness, ${formatDuration(time.allowed_lateness)}, got ${formatDuration(deduplicate.horizon)}: ` +
        'a repeat that is forgotten must be late',
    );
  if (time.idle_timeout === 0) problems.add(['time', 'idle_timeout'], 'expected more than 0');
  if (topic.retention === 0) problems.add(['topic', 'retention'], 'expected more than 0');
  if (topic.max_bytes === 0) problems.add(['topic', 'max_bytes'], 'expected more than 0');
}

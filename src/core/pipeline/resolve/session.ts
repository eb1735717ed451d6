import { formatDuration } from '../../runtime/units.js';
import type { SessionWindow } from '../plan.js';
import type { PipelineFile } from '../schema.js';
import type { Problems } from './problems.js';

type FileSession = NonNullable<PipelineFile['windows'][string]['session']>;

const day = 86_400_000;

/**
 * The times of a window of sessions. The Kafka key must be grouped by: only then are all events of a session in one partition, and a function of
 * what came in it.
 */
export function resolveSession(
  path: readonly string[],
  { session, by }: { session: FileSession; by: readonly string[] },
  key: string,
  problems: Problems,
): Pick<SessionWindow, 'kind' | 'gap' | 'maxDuration'> {
  const { gap, max_duration: maxDuration = Math.max(day, gap) } = session;
  const place = [...path, 'session'];
  if (gap === 0) problems.add([...place, 'gap'], 'expected a gap above 0');
  if (maxDuration < gap || maxDuration === 0)
    problems.add(
      [...place, 'max_duration'],
      `expected at least the gap, ${formatDuration(gap)}, got ${formatDuration(maxDuration)}`,
    );
  if (!by.includes(key))
    problems.add(
      [...path, 'by'],
      `sessions need the Kafka key "${key}" among the fields they are grouped by: ` +
        'only events with the same key come in one order, in one partition',
    );
  return { kind: 'session', gap, maxDuration };
}

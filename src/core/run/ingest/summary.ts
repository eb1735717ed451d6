import type { IngestSummary } from './ingest.js';

export function renderIngest({
  topic,
  run,
  sent,
  acked,
  rejected,
  rejects,
  complete,
  duration_s,
}: IngestSummary): string {
  const lines = [
    `sent      ${sent.toLocaleString('en')} to ${topic} in ${duration_s} s, acknowledged ${acked.toLocaleString('en')}  (run ${run})`,
    `rejected  ${rejected.toLocaleString('en')}${rejects === null ? '' : `, kept in ${rejects}`}`,
  ];
  if (!complete) lines.push('stopped   before the end of the input');
  return lines.join('\n');
}

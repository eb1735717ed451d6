import { type BenchRecord, stages } from '../record.js';

/**
 * By stage, a log as HdrHistogram's tools read it (HistogramLogProcessor, plotters): an interval per section, values in microseconds. Lines are
 * "start,length,max,histogram" in seconds since the base time; max is in milliseconds, as these tools expect.
 */
export function hdrLogs({ time, sections, id }: BenchRecord, maxOf: (hdr: string) => number): Map<string, string> {
  const base = Date.parse(time) / 1000;
  const logs = new Map<string, string>();
  for (const stage of stages) {
    const lines = sections.flatMap(({ from_s, to_s, hdr }) => {
      const histogram = hdr[stage]?.hdr;
      if (histogram === undefined) return [];
      return [`${from_s.toFixed(3)},${(to_s - from_s).toFixed(3)},${maxOf(histogram).toFixed(3)},${histogram}`];
    });
    if (lines.length === 0) continue;
    const head = [
      `#[${id}, stage ${stage}, values in microseconds]`,
      '#[Histogram log format version 1.3]',
      `#[StartTime: ${base.toFixed(3)} (seconds since epoch), ${time}]`,
      `#[BaseTime: ${base.toFixed(3)} (seconds since epoch)]`,
      '"StartTimestamp","Interval_Length","Interval_Max","Interval_Compressed_Histogram"',
    ];
    logs.set(stage, [...head, ...lines, ''].join('\n'));
  }
  return logs;
}

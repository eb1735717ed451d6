import type { ComponentChildren } from 'preact';
import type { Snapshot } from './api.js';
import { count, duration, rate } from './format.js';

/** The newest figures of one pipeline. */
export function Figures({ look }: { look: Snapshot['pipelines'][number] | undefined }) {
  const engine = look?.engine ?? null;
  const generator = look?.generator ?? null;
  return (
    <dl class="figures">
      <Figure name="in" value={generator?.acked_per_s} show={rate} none="no generator">
        {generator && `${count(generator.acked)} sent`}
      </Figure>
      <Figure name="out" value={engine?.consumed_per_s} show={rate} none="no engine">
        {engine && `${count(engine.records.aggregated)} aggregated`}
      </Figure>
      <Figure name="lag" value={engine?.lag} show={count}>
        {engine && trend(engine)}
      </Figure>
      <Figure name="watermark age" value={engine?.watermark_age_ms} show={duration} />
      <Figure name="e2e p50" value={engine?.e2e_ms?.p50} show={duration} />
      <Figure name="e2e p99" value={engine?.e2e_ms?.p99} show={duration} />
      <Figure name="late" value={engine?.records.late} show={count} />
      <Figure name="dead letters" value={engine?.records.dead_letter} show={count}>
        {engine && largest(engine.dead_letters)}
      </Figure>
      <Figure name="duplicates" value={engine?.records.duplicate} show={count} />
      <Figure name="alerts" value={engine?.alerts} show={count} />
    </dl>
  );
}

interface FigureProps {
  name: string;
  value: number | null | undefined;
  show(value: number): string;
  none?: string;
  children?: ComponentChildren;
}

function Figure({ name, value, show, none, children }: FigureProps) {
  const known = value !== null && value !== undefined;
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        {known ? (
          <data value={value} data-figure={name}>
            {show(value)}
          </data>
        ) : (
          <span data-figure={name}>–</span>
        )}
        <small>{children || (known ? '' : none)}</small>
      </dd>
    </div>
  );
}

/** The reason that most of them have. */
function largest(reasons: Readonly<Record<string, number>>): string {
  const [first] = Object.entries(reasons).sort(([, a], [, b]) => b - a);
  return first ? `${first[0]} ${count(first[1])}` : '';
}

function trend({
  lag,
  lag_change_per_s: change,
  drain_ms: drain,
}: NonNullable<Snapshot['pipelines'][number]['engine']>) {
  if (lag === null || change === null || Math.abs(change) < 1) return 'steady';
  const way = change > 0 ? `▲ ${rate(change)}` : `▼ ${rate(-change)}`;
  return drain === null ? way : `${way}, gone in ${duration(drain)}`;
}

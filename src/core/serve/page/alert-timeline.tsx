import { useEffect, useRef, useState } from 'preact/hooks';
import type { Alert, PipelineFacts } from './api.js';
import { cell, count } from './format.js';
import { usePolled } from './use-polled.js';

const tones = { info: '--first', warning: '--warn', critical: '--bad' } as const;
const laneHeight = 26;
const nameWidth = 150;
/** So many are drawn; there may be more. */
const most = 500;

export interface TimelineProps {
  facts: PipelineFacts;
  minutes: number;
  to: number;
}

/** A lane for each detector, a mark for each alert; the newest beneath as a table. */
export function AlertTimeline({ facts, minutes, to }: TimelineProps) {
  const { value, problem } = usePolled<{ rows: Alert[]; next: string | null }>(
    `/v1/pipelines/${facts.pipeline}/alerts?from=${minutes}m&limit=${most}`,
    3_000,
  );
  const alerts = value?.rows ?? [];
  const place = useRef<HTMLDivElement>(null);
  const width = useWidth(place);
  const from = to - minutes * 60_000;
  const x = (time: string) => nameWidth + ((Date.parse(time) - from) / (to - from)) * (width - nameWidth - 10);
  return (
    <section class="card wide" aria-labelledby="alerts-title">
      <header>
        <h2 id="alerts-title">
          Alerts <small>{value && `${count(alerts.length)}${value.next ? ' newest' : ''} in ${minutes} min`}</small>
        </h2>
        <ul class="legend push">
          {Object.entries(tones).map(([severity, tone]) => (
            <li key={severity}>
              <i style={{ background: `var(${tone})` }} />
              {severity}
            </li>
          ))}
        </ul>
      </header>
      {problem && <p class="none">{problem}</p>}
      <div ref={place}>
        <svg
          class="timeline"
          height={facts.detectors.length * laneHeight + 4}
          role="img"
          aria-label={`Alerts of the last ${minutes} minutes by detector`}
        >
          {facts.detectors.map(({ name }, lane) => (
            <g key={name}>
              <text x="0" y={lane * laneHeight + 17}>
                {name}
              </text>
              <line
                x1={nameWidth}
                x2={Math.max(nameWidth, width - 10)}
                y1={lane * laneHeight + 13}
                y2={lane * laneHeight + 13}
              />
            </g>
          ))}
          {alerts.map(({ id, detector, time, severity, keys }) => {
            const lane = facts.detectors.findIndex(({ name }) => name === detector);
            if (lane < 0 || Date.parse(time) > to) return null;
            return (
              <circle
                key={id}
                cx={Math.max(nameWidth, x(time))}
                cy={lane * laneHeight + 13}
                r="4.5"
                fill={`var(${tones[severity]})`}
                fill-opacity="0.75"
              >
                <title>{`${cell(time)} ${detector} (${severity}): ${JSON.stringify(keys)}`}</title>
              </circle>
            );
          })}
        </svg>
      </div>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">time (UTC)</th>
              <th scope="col">severity</th>
              <th scope="col">detector</th>
              <th scope="col">of</th>
              <th scope="col">because</th>
            </tr>
          </thead>
          <tbody>
            {alerts.slice(0, 5).map((alert) => (
              <tr key={alert.id}>
                <td>{cell(alert.time)}</td>
                <td style={{ color: `var(${tones[alert.severity]})` }}>{alert.severity}</td>
                <td>{alert.detector}</td>
                <td>{pairs(alert.keys)}</td>
                <td>{pairs(alert.evidence)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {value && alerts.length === 0 && <p class="none">None in {minutes} minutes.</p>}
    </section>
  );
}

function pairs(value: unknown): string {
  if (typeof value !== 'object' || value === null) return cell(value);
  return Object.entries(value)
    .map(([name, each]) => `${name} ${typeof each === 'object' ? JSON.stringify(each) : cell(each)}`)
    .join(', ');
}

function useWidth(place: { current: HTMLElement | null }): number {
  const [width, setWidth] = useState(600);
  useEffect(() => {
    const resized = new ResizeObserver(([entry]) => setWidth(entry!.contentRect.width));
    resized.observe(place.current!);
    return () => resized.disconnect();
  }, [place]);
  return width;
}

import { useEffect, useState } from 'preact/hooks';
import { AlertTimeline } from './alert-timeline.js';
import { ask, type Moment, type PipelineFacts, type Snapshot } from './api.js';
import { Chart } from './chart.js';
import { Figures } from './figures.js';
import { count, duration, rate } from './format.js';
import { LettersPanel } from './letters-panel.js';
import type { Connection } from './live.js';
import { Services } from './services.js';
import { useMoments } from './use-moments.js';
import { WindowPanel } from './window-panel.js';

export interface PipelineProps {
  name: string;
  snapshot: Snapshot | undefined;
  minutes: number;
  theme: string;
  connection: Connection;
}

/** All of one pipeline: figures, charts, alerts, and a panel for each window of its file. */
export function Pipeline({ name, snapshot, minutes, theme, connection }: PipelineProps) {
  const facts = useFacts(name, connection);
  const moments = useMoments(name, snapshot, connection);
  const to = snapshot?.at ?? Date.now();
  const from = to - minutes * 60_000;
  const within = moments.filter(({ at }) => at >= from);
  const shared = { times: within.map(({ at }) => at), from, to, theme };
  const line = (field: Exclude<keyof Moment, 'at'>, label: string, colour: string) => ({
    name: label,
    colour,
    values: within.map((moment) => moment[field]),
  });
  return (
    <>
      <p class="quiet" style={{ margin: '0.6rem 0 0' }}>
        {facts?.description}
      </p>
      <Services snapshot={snapshot} pipeline={name} />
      <Figures look={snapshot?.pipelines.find(({ pipeline }) => pipeline === name)} />
      <div class="cards">
        <section class="card" aria-label="Throughput">
          <h2>Throughput</h2>
          <Chart
            label="Events a second into Kafka and through the engine"
            {...shared}
            lines={[line('in_per_s', 'in', '--first'), line('out_per_s', 'out', '--second')]}
            format={rate}
          />
        </section>
        <section class="card" aria-label="Latency">
          <h2>
            Latency <small>from the intended send time until stored</small>
          </h2>
          <Chart
            label="End-to-end latency, median and 99th percentile"
            {...shared}
            lines={[line('e2e_p50_ms', 'p50', '--first'), line('e2e_p99_ms', 'p99', '--third')]}
            format={duration}
          />
        </section>
        <section class="card" aria-label="Lag">
          <h2>
            Lag <small>records that wait</small>
          </h2>
          <Chart
            label="Records that wait in Kafka"
            {...shared}
            lines={[line('lag', 'lag', '--third')]}
            format={count}
          />
        </section>
        <section class="card" aria-label="Watermark age">
          <h2>Watermark age</h2>
          <Chart
            label="Age of the watermark"
            {...shared}
            lines={[line('watermark_age_ms', 'age', '--fourth')]}
            format={duration}
          />
        </section>
        {facts && <AlertTimeline facts={facts} minutes={minutes} to={to} />}
        {facts?.windows.map((window) => (
          <WindowPanel key={window.name} pipeline={name} facts={window} theme={theme} />
        ))}
        <LettersPanel pipeline={name} />
      </div>
    </>
  );
}

function useFacts(name: string, connection: Connection): PipelineFacts | undefined {
  const [facts, setFacts] = useState<PipelineFacts>();
  useEffect(() => {
    if (connection === 'live') ask<PipelineFacts>(`/v1/pipelines/${name}`).then(setFacts, () => undefined);
  }, [name, connection]);
  return facts;
}

import { useCallback, useEffect, useState } from 'preact/hooks';
import { momentOf } from '../../observe/moment.js';
import { AlertTimeline } from './alert-timeline.js';
import { ask, keepToken, type Moment, type PipelineFacts, type Snapshot } from './api.js';
import { Chart } from './chart.js';
import { Figures } from './figures.js';
import { count, duration, rate } from './format.js';
import { LettersPanel } from './letters-panel.js';
import { type Connection, listen } from './live.js';
import { Services } from './services.js';
import { nextTheme, useTheme } from './theme.js';
import { WindowPanel } from './window-panel.js';

const ranges = [1, 5, 15];
const told: Record<Connection, [string, string]> = {
  connecting: ['warn', '◐ connecting'],
  live: ['good', '● live'],
  lost: ['bad', '✕ server away, trying again'],
  token: ['bad', '✕ a token is needed'],
};

export function App() {
  const [snapshot, setSnapshot] = useState<Snapshot>();
  const [connection, setConnection] = useState<Connection>('connecting');
  const [attempt, setAttempt] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new token is a new attempt.
  useEffect(() => {
    const ended = new AbortController();
    void listen({ snapshot: setSnapshot, connection: setConnection }, ended.signal);
    return () => ended.abort();
  }, [attempt]);
  const names = usePipelines(connection === 'live');
  const [chosen, choose] = useChoice(names, snapshot);
  const [minutes, setMinutes] = useState(5);
  const { theme, colours, setTheme } = useTheme();
  const [tone, words] = told[connection];
  return (
    <>
      <header class="top">
        <h1>pipe</h1>
        <nav aria-label="Pipelines">
          {names.map((name) => (
            <button
              key={name}
              type="button"
              aria-current={name === chosen ? 'page' : undefined}
              onClick={() => choose(name)}
            >
              {name}
            </button>
          ))}
        </nav>
        <span class={`push ${tone}`} role="status" data-connection={connection}>
          {words}
        </span>
        <fieldset style={{ border: 0, margin: 0, padding: 0, display: 'flex', gap: '0.3rem' }}>
          <legend class="hidden">Time range</legend>
          {ranges.map((range) => (
            <button key={range} type="button" aria-pressed={range === minutes} onClick={() => setMinutes(range)}>
              {range} min
            </button>
          ))}
        </fieldset>
        <button
          type="button"
          onClick={() => setTheme(nextTheme[theme])}
          aria-label={`Colours: ${theme}; switch to ${nextTheme[theme]}`}
        >
          {theme}
        </button>
      </header>
      <main>
        {connection === 'token' && (
          <TokenForm
            enter={(token) => {
              keepToken(token);
              setAttempt((before) => before + 1);
            }}
          />
        )}
        {chosen && (
          <Pipeline
            key={chosen}
            name={chosen}
            snapshot={snapshot}
            minutes={minutes}
            theme={colours}
            connection={connection}
          />
        )}
        <footer>
          <a href="/docs">API</a> · rates of the last {snapshot?.window_s ?? 10} s · times in UTC
        </footer>
      </main>
    </>
  );
}

interface PipelineProps {
  name: string;
  snapshot: Snapshot | undefined;
  minutes: number;
  theme: string;
  connection: Connection;
}

function Pipeline({ name, snapshot, minutes, theme, connection }: PipelineProps) {
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

function TokenForm({ enter }: { enter(token: string): void }) {
  const [token, setToken] = useState('');
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        enter(token);
      }}
    >
      <label for="token">Token of this server (--token, PIPE_API_TOKEN)</label>
      <input
        id="token"
        type="password"
        autocomplete="off"
        value={token}
        onInput={({ currentTarget }) => setToken(currentTarget.value)}
      />
      <button type="submit">Enter</button>
    </form>
  );
}

/** Asked anew with each connection: another server may have others. */
function usePipelines(live: boolean): string[] {
  const [names, setNames] = useState<string[]>([]);
  useEffect(() => {
    if (live)
      ask<{ pipelines: { pipeline: string }[] }>('/v1/pipelines').then(
        ({ pipelines }) => setNames(pipelines.map(({ pipeline }) => pipeline)),
        () => undefined,
      );
  }, [live]);
  return names;
}

/** What the address names after #, else the first that runs, else the first. */
function useChoice(
  names: readonly string[],
  snapshot: Snapshot | undefined,
): [string | undefined, (name: string) => void] {
  const [hash, setHash] = useState(location.hash.slice(1));
  useEffect(() => {
    const changed = () => setHash(location.hash.slice(1));
    addEventListener('hashchange', changed);
    return () => removeEventListener('hashchange', changed);
  }, []);
  const choose = useCallback((name: string) => {
    location.hash = name;
  }, []);
  const runs = names.find((name) => snapshot?.pipelines.some(({ pipeline }) => pipeline === name));
  return [names.includes(hash) ? hash : (runs ?? names[0]), choose];
}

function useFacts(name: string, connection: Connection): PipelineFacts | undefined {
  const [facts, setFacts] = useState<PipelineFacts>();
  useEffect(() => {
    if (connection === 'live') ask<PipelineFacts>(`/v1/pipelines/${name}`).then(setFacts, () => undefined);
  }, [name, connection]);
  return facts;
}

const keptMs = 15 * 60_000;

/** The server's history, and each look since; asked for again after a connection was lost. */
function useMoments(name: string, snapshot: Snapshot | undefined, connection: Connection): Moment[] {
  const [moments, setMoments] = useState<Moment[]>([]);
  useEffect(() => {
    if (connection === 'live')
      ask<{ moments: Moment[] }>(`/v1/pipelines/${name}/history?from=15m`).then(
        (history) => setMoments((before) => merged(before, history.moments)),
        () => undefined,
      );
  }, [name, connection]);
  useEffect(() => {
    const look = snapshot?.pipelines.find(({ pipeline }) => pipeline === name);
    if (snapshot && look) setMoments((before) => merged(before, [momentOf(look, snapshot.at)]));
  }, [snapshot, name]);
  return moments;
}

/** By time, each once. */
function merged(before: readonly Moment[], more: readonly Moment[]): Moment[] {
  const all = new Map([...before, ...more].map((moment) => [moment.at, moment]));
  const newest = Math.max(...all.keys());
  return [...all.values()].filter(({ at }) => at > newest - keptMs).sort((a, b) => a.at - b.at);
}

import { useEffect, useState } from 'preact/hooks';
import { keepToken, type Snapshot } from './api.js';
import { type Connection, listen } from './live.js';
import { Pipeline } from './pipeline.js';
import { nextTheme, useTheme } from './theme.js';
import { TokenForm } from './token-form.js';
import { useChoice, usePipelines } from './use-pipelines.js';

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

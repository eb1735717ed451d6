import { useState } from 'preact/hooks';
import type { Row, WindowFacts } from './api.js';
import { Chart, type Line } from './chart.js';
import { cell } from './format.js';
import { usePolled } from './use-polled.js';

const colours = ['--first', '--second', '--third', '--fourth', '--fifth'];
/** So many rows are asked for: enough for a line where there are few groups. */
const asked = 300;
const shown = 6;

export interface WindowPanelProps {
  pipeline: string;
  facts: WindowFacts;
  theme: string;
}

/** The newest rows of a window, and its largest groups over time where they are few. */
export function WindowPanel({ pipeline, facts, theme }: WindowPanelProps) {
  const [size, setSize] = useState(facts.sizes[0]);
  const [column, setColumn] = useState(facts.aggregates[0]!.name);
  const sized = size === undefined ? '' : `size=${size}&`;
  const { value, problem } = usePolled<{ rows: Row[] }>(
    `/v1/pipelines/${pipeline}/windows/${facts.name}?${sized}limit=${asked}`,
    2_000,
  );
  const rows = value?.rows ?? [];
  const title = `${pipeline}-${facts.name}`;
  const series = seriesOf(rows, facts.by, column);
  return (
    <section class="card" aria-labelledby={title} data-window={facts.name}>
      <header>
        <h2 id={title}>
          {facts.name} <small>{facts.description}</small>
        </h2>
        <span class="push">
          <Choice
            label={`Figure of ${facts.name}`}
            value={column}
            of={facts.aggregates.map(({ name }) => name)}
            choose={setColumn}
          />{' '}
          {size !== undefined && facts.sizes.length > 1 && (
            <Choice label={`Size of ${facts.name}`} value={size} of={facts.sizes} choose={setSize} />
          )}
        </span>
      </header>
      {problem && <p class="none">{problem}</p>}
      {series && (
        <Chart label={`${column} of the largest groups of ${facts.name}`} {...series} format={cell} theme={theme} />
      )}
      {rows.length > 0 && <Newest rows={rows} facts={facts} column={column} />}
      {value && rows.length === 0 && <p class="none">None yet.</p>}
    </section>
  );
}

function Newest({ rows, facts, column }: { rows: readonly Row[]; facts: WindowFacts; column: string }) {
  const newest = rows.filter(({ window_start: start }) => facts.sizes.length === 0 || start === rows[0]!.window_start);
  const largest = [...newest].sort((a, b) => Number(b[column] ?? 0) - Number(a[column] ?? 0)).slice(0, shown);
  const columns = ['window_start', ...facts.by, ...facts.aggregates.map(({ name }) => name)];
  const numeric = (name: string) => (largest.some((row) => typeof row[name] === 'number') ? 'number' : undefined);
  return (
    <div class="scroll">
      <table>
        <thead>
          <tr>
            {columns.map((name) => (
              <th key={name} scope="col" class={numeric(name)}>
                {name === 'window_start' ? 'start (UTC)' : name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {largest.map((row) => (
            <tr
              key={columns
                .slice(0, facts.by.length + 1)
                .map((name) => row[name])
                .join('\u0000')}
            >
              {columns.map((name) => (
                <td key={name} class={numeric(name)}>
                  {cell(row[name])}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Choice({
  label,
  value,
  of,
  choose,
}: {
  label: string;
  value: string;
  of: readonly string[];
  choose(value: string): void;
}) {
  return (
    <select aria-label={label} value={value} onChange={({ currentTarget }) => choose(currentTarget.value)}>
      {of.map((each) => (
        <option key={each} value={each}>
          {each}
        </option>
      ))}
    </select>
  );
}

/** The five groups that are largest in the newest whole window; undefined where a page of rows has too few windows to make a line. */
function seriesOf(rows: readonly Row[], by: readonly string[], column: string) {
  const starts = [...new Set(rows.map(({ window_start: start }) => start))].sort();
  // The oldest may not be whole on this page.
  const times = starts.slice(1);
  if (times.length < 3 || !rows.some((row) => typeof row[column] === 'number')) return undefined;
  const groups = new Map<string, Map<string, number>>();
  for (const row of rows) {
    const group = by.map((name) => cell(row[name])).join(' · ') || 'all';
    const values = groups.get(group) ?? new Map<string, number>();
    if (typeof row[column] === 'number') values.set(row.window_start, row[column]);
    groups.set(group, values);
  }
  const total = (values: Map<string, number>) => [...values.values()].reduce((sum, value) => sum + value, 0);
  const largest = [...groups].sort(([, a], [, b]) => total(b) - total(a)).slice(0, colours.length);
  const lines = largest.map(
    ([name, values], index): Line => ({
      name,
      colour: colours[index]!,
      values: times.map((time) => values.get(time) ?? null),
    }),
  );
  const at = times.map((time) => Date.parse(time));
  return { times: at, lines, from: at[0]!, to: at.at(-1)! };
}

import { useState } from 'preact/hooks';
import type { LetterList } from './api.js';
import { cell, count } from './format.js';
import { usePolled } from './use-polled.js';

/** Dead letters by reason and the newest of them; asked for only while it is open, for each answer reads the topic. */
export function LettersPanel({ pipeline }: { pipeline: string }) {
  const [open, setOpen] = useState(false);
  return (
    <details class="card wide" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>
        <h2 style={{ display: 'inline' }}>
          Dead letters <small>records that no window counts</small>
        </h2>
      </summary>
      {open && <Listed pipeline={pipeline} />}
    </details>
  );
}

function Listed({ pipeline }: { pipeline: string }) {
  const { value, problem } = usePolled<LetterList>(`/v1/pipelines/${pipeline}/dead-letters?limit=10`, 5_000);
  if (!value) return <p class="none">{problem ?? 'Reading the topic …'}</p>;
  return (
    <>
      <p>
        {count(value.total)}
        {Object.entries(value.by_reason).map(([reason, of]) => ` · ${reason} ${count(of)}`)}
      </p>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              {['time (UTC)', 'partition:offset', 'reason', 'field', 'key'].map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {value.letters.map(({ partition, offset, reason, field, time, key }) => (
              <tr key={`${partition}:${offset}`}>
                <td>{cell(time)}</td>
                <td>
                  {partition}:{offset}
                </td>
                <td>{reason}</td>
                <td>{cell(field)}</td>
                <td>{cell(key)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

import type { Snapshot } from './api.js';

const signs = { ready: ['good', '●'], starting: ['warn', '◐'], stopped: ['warn', '○'], failed: ['bad', '✕'] } as const;

/** Each service and process with its state as sign, word and colour. */
export function Services({ snapshot, pipeline }: { snapshot: Snapshot | undefined; pipeline: string }) {
  const processes = snapshot?.processes.filter((process) => process.pipeline === pipeline) ?? [];
  return (
    <ul class="services" aria-label="Services">
      {snapshot?.services.map(({ name, state, version, detail }) => {
        const [tone, sign] = signs[state];
        return (
          <li key={name} data-service={name} data-state={state} title={detail ?? undefined}>
            <span class={tone}>
              <span aria-hidden="true">{sign}</span> {state}
            </span>{' '}
            {name} <span class="quiet">{version}</span>
          </li>
        );
      })}
      {processes.map(({ job, pid, state, cpu_cores: cores }) => (
        <li key={pid} data-service={job} data-state={state}>
          <span class={state === 'running' ? 'good' : 'bad'}>
            <span aria-hidden="true">{state === 'running' ? '●' : '✕'}</span> {state}
          </span>{' '}
          {job} {cores !== null && <span class="quiet">{cores.toFixed(2)} cores</span>}
        </li>
      ))}
    </ul>
  );
}

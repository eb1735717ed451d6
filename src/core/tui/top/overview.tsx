import { Box, Text } from 'ink';
import type { EngineFigures, GeneratorFigures, PipelineLook, ProcessLook, Snapshot } from '../../observe/snapshot.js';
import { formatBytes } from '../../runtime/units.js';
import { age, change, count, millis } from './figures.js';
import { ServiceMarks } from './services.js';

/** Services in a line, then each pipeline in a few. */
export function Overview({ snapshot: { services, processes, pipelines } }: { snapshot: Snapshot }) {
  return (
    <Box flexDirection="column" gap={1}>
      <ServiceMarks services={services} />
      {pipelines.length === 0 && <Text dimColor>No pipeline runs. Begin: pipe generate, pipe process</Text>}
      {pipelines.map((pipeline) => (
        <Pipeline key={pipeline.pipeline} look={pipeline} processes={processes} />
      ))}
    </Box>
  );
}

function Pipeline({
  look: { pipeline, generator, engine },
  processes,
}: {
  look: PipelineLook;
  processes: readonly ProcessLook[];
}) {
  return (
    <Box flexDirection="column">
      <Text bold>{pipeline}</Text>
      {generator ? (
        <Generator figures={generator} />
      ) : (
        <Away job="generator" pipeline={pipeline} processes={processes} />
      )}
      {engine ? <Engine figures={engine} /> : <Away job="engine" pipeline={pipeline} processes={processes} />}
    </Box>
  );
}

/** Killed or silent is a trouble; never started, or ended cleanly, is none. */
function Away({ job, pipeline, processes }: { job: string; pipeline: string; processes: readonly ProcessLook[] }) {
  const found = processes.find((each) => each.job === job && each.pipeline === pipeline);
  return (
    <Line label={job === 'engine' ? 'out' : 'in'}>
      {found ? (
        <Text color="red">
          ✗ the {job} (pid {found.pid}) is {found.state}
        </Text>
      ) : (
        <Text dimColor>no {job} runs</Text>
      )}
    </Line>
  );
}

function Generator({ figures: { acked, acked_per_s } }: { figures: GeneratorFigures }) {
  return (
    <Line label="in">
      <Text bold>{count(acked_per_s)}/s</Text> acknowledged, {count(acked)} in all
    </Line>
  );
}

function Engine({ figures }: { figures: EngineFigures }) {
  const { records, consumed_per_s, windows_per_s, alerts, lag, lag_change_per_s, drain_ms } = figures;
  const { watermark_age_ms, checkpoint, e2e_ms } = figures;
  return (
    <>
      <Line label="out">
        <Text bold>{count(consumed_per_s)}/s</Text> judged, {count(windows_per_s)}/s window rows, {count(alerts)} alerts
      </Line>
      <Line label="records">
        {count(records.aggregated)} aggregated, {count(records.late)} late, {count(records.duplicate)} duplicates,{' '}
        {count(records.dead_letter)} dead letters
      </Line>
      <Line label="lag">
        {lag === null ? (
          <Text color="red">✗ the broker does not answer</Text>
        ) : (
          <>
            <Text bold>{count(lag)}</Text>, {change(lag_change_per_s)}/s
            {drain_ms === null ? '' : `, gone in ${age(drain_ms)}`}
          </>
        )}
      </Line>
      <Line label="e2e">
        {e2e_ms === null
          ? 'no row stored in the last seconds'
          : `p50 ${millis(e2e_ms.p50)}, p99 ${millis(e2e_ms.p99)}, max ${millis(e2e_ms.max)}`}
      </Line>
      <Line label="watermark">
        {watermark_age_ms === null ? 'none yet' : `${age(watermark_age_ms)} behind the clock`}
        {checkpoint === null
          ? ''
          : `; checkpoint ${age(checkpoint.age_ms)} ago, ${formatBytes(checkpoint.bytes)} in ${millis(checkpoint.duration_ms)}`}
      </Line>
    </>
  );
}

function Line({ label, children }: { label: string; children: React.ReactNode }) {
  return (
    <Text wrap="truncate-end">
      <Text dimColor>{`  ${label.padEnd(10)}`}</Text>
      {children}
    </Text>
  );
}

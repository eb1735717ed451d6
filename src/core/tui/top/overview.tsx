import { Box, Text } from 'ink';
import type { Moment } from '../../observe/moment.js';
import type { EngineFigures, GeneratorFigures, PipelineLook, ProcessLook, Snapshot } from '../../observe/snapshot.js';
import { formatBytes } from '../../runtime/units.js';
import { age, change, count, millis } from './figures.js';
import { filtered, type Listed, scrolled } from './listed.js';
import { ServiceMarks } from './service-marks.js';
import { sparkline } from './sparkline.js';

export interface OverviewProps {
  snapshot: Snapshot;
  /** Of each pipeline, oldest first. */
  history: ReadonlyMap<string, readonly Moment[]>;
  filter: string;
  selected: number;
  width: number;
  height: number;
}

/** Of a pipeline, with the line between it and the next. */
const blockHeight = 8;
/** What the longest line of figures needs, with its label. */
const figuresWidth = 64;

/** Services in a line, then each pipeline in a few. */
export function Overview({ snapshot, history, filter, selected, width, height }: OverviewProps) {
  const { services, processes, pipelines } = snapshot;
  const names = filtered(pipelineList(pipelines), filter).map(({ id }) => id);
  const at = Math.min(selected, names.length - 1);
  const room = Math.max(1, Math.floor((height - 1) / blockHeight));
  const from = scrolled(at, names.length, room);
  const spark = Math.max(0, Math.min(60, width - figuresWidth));
  return (
    <Box flexDirection="column" gap={1}>
      <ServiceMarks services={services} />
      {names.length === 0 && <Text>No pipeline runs. Begin: pipe generate, pipe process</Text>}
      {names.slice(from, from + room).map((name, index) => (
        <Pipeline
          key={name}
          look={pipelines.find(({ pipeline }) => pipeline === name)!}
          processes={processes}
          moments={history.get(name) ?? []}
          spark={spark}
          marked={names.length > 1 && from + index === at}
        />
      ))}
      {names.length > room && <Text dimColor>{`${names.length - room} more: ↑ ↓`}</Text>}
    </Box>
  );
}

/** What the overview lists, for the keys: Enter shows every figure. */
export function pipelineList(pipelines: readonly PipelineLook[]): Listed {
  return {
    columns: [],
    notes: [],
    none: '',
    rows: pipelines.map(({ pipeline, generator, engine }) => ({
      id: pipeline,
      cells: [pipeline],
      detail: [['pipeline', pipeline], ...flat('generator', generator), ...flat('engine', engine)],
    })),
  };
}

/** Every field with its path; lists are for the pane that shows them. */
function flat(path: string, value: unknown): [string, string][] {
  if (Array.isArray(value)) return [];
  if (typeof value !== 'object' || value === null) return [[path, shown(value)]];
  return Object.entries(value).flatMap(([name, each]) => flat(`${path}.${name}`, each));
}

function shown(value: unknown): string {
  if (value === null) return '-';
  return typeof value === 'number' ? (Math.round(value * 10) / 10).toLocaleString('en-US') : String(value);
}

interface PipelineProps {
  look: PipelineLook;
  processes: readonly ProcessLook[];
  moments: readonly Moment[];
  /** Width of the lines of bars. */
  spark: number;
  marked: boolean;
}

function Pipeline({ look: { pipeline, generator, engine }, processes, moments, spark, marked }: PipelineProps) {
  const bars = (field: Exclude<keyof Moment, 'at'>) =>
    spark < 8
      ? ''
      : `${sparkline(
          moments.map((moment) => moment[field]),
          spark - 2,
        )}  `;
  return (
    <Box flexDirection="column">
      <Text bold>{`${marked ? '› ' : ''}${pipeline}`}</Text>
      {generator ? (
        <Generator figures={generator} bars={bars} />
      ) : (
        <Away job="generator" pipeline={pipeline} processes={processes} />
      )}
      {engine ? (
        <Engine figures={engine} bars={bars} />
      ) : (
        <Away job="engine" pipeline={pipeline} processes={processes} />
      )}
    </Box>
  );
}

type Bars = (field: Exclude<keyof Moment, 'at'>) => string;

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

function Generator({ figures: { acked, acked_per_s }, bars }: { figures: GeneratorFigures; bars: Bars }) {
  return (
    <Line label="in">
      {bars('in_per_s')}
      <Text bold>{count(acked_per_s)}/s</Text> acknowledged, {count(acked)} in all
    </Line>
  );
}

function Engine({ figures, bars }: { figures: EngineFigures; bars: Bars }) {
  const { records, consumed_per_s, windows_per_s, alerts, lag, lag_change_per_s, drain_ms } = figures;
  const { watermark_age_ms, checkpoint, e2e_ms } = figures;
  return (
    <>
      <Line label="out">
        {bars('out_per_s')}
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
            {bars('lag')}
            <Text bold>{count(lag)}</Text>, {change(lag_change_per_s)}/s
            {drain_ms === null ? '' : `, gone in ${age(drain_ms)}`}
          </>
        )}
      </Line>
      <Line label="e2e">
        {bars('e2e_p99_ms')}
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

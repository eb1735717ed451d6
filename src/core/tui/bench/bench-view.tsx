import { Box, Text } from 'ink';
import type { BenchSecond } from '../../bench/measure/second.js';
import { stages } from '../../bench/record.js';
import { type Column, Columns } from '../columns.js';
import { ProgressBar } from '../progress-bar.js';

export interface BenchViewProps {
  /** What is being done. */
  step: string;
  /** Undefined before anything is measured. */
  second: BenchSecond | undefined;
}

const stageColumns: readonly Column[] = [
  { head: 'stage', width: 10 },
  { head: 'count', width: 12, right: true },
  { head: 'p50 ms', width: 9, right: true },
  { head: 'p99 ms', width: 9, right: true },
  { head: 'max ms', width: 9, right: true },
];

/** A bench while it runs: how far it is, rate and lag, latency by stage, and how the thresholds stand. */
export function BenchView({ step, second }: BenchViewProps) {
  return (
    <Box flexDirection="column">
      <Text>
        <Text color="cyan">▸</Text> {step}
      </Text>
      {second && <Load second={second} />}
    </Box>
  );
}

function Load({ second }: { second: BenchSecond }) {
  const { workload, phase, elapsedS, acked, achieved, lag, latency } = second;
  const rows = stages.flatMap((stage) => {
    const of = latency[stage];
    return of
      ? [[stage, of.count.toLocaleString('en-US'), ...[of.p50, of.p99, of.max].map((ms) => ms.toFixed(1))]]
      : [];
  });
  return (
    <Box flexDirection="column" marginTop={1}>
      <Box>
        <ProgressBar share={elapsedS / workload.duration_s} width={24} />
        <Text>
          {'  '}
          {phase}
          {elapsedS > 0 ? ` ${Math.round(elapsedS)} s of ${workload.duration_s} s` : ''}
        </Text>
      </Box>
      <Text>
        {count(acked)}/s now, {count(achieved)}/s so far of{' '}
        {workload.rate === 'max' ? 'max' : `${count(workload.rate)}/s`}; lag{' '}
        <Text bold={lag > acked}>{count(lag)}</Text>
      </Text>
      <Box marginTop={1} flexDirection="column">
        <Columns columns={stageColumns} rows={rows} />
      </Box>
      <Box marginTop={1} flexDirection="column">
        {second.thresholds.map((threshold) => (
          <Threshold
            key={threshold.expression}
            {...threshold}
            known={phase !== 'warm-up' && threshold.actual !== null}
          />
        ))}
      </Box>
    </Box>
  );
}

function Threshold({ expression, ok, actual, known }: BenchSecond['thresholds'][number] & { known: boolean }) {
  if (!known) return <Text dimColor>· {expression}</Text>;
  return (
    <Text>
      <Text color={ok ? 'green' : 'red'}>{ok ? '✓' : '✗'}</Text> {expression}{' '}
      <Text dimColor>{Number(actual!.toPrecision(4))}</Text>
    </Text>
  );
}

function count(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

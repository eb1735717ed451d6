import cliProgress from 'cli-progress';
import type { SendProgress } from '../run/generate/send-run.js';
import type { Runtime } from '../runtime/runtime.js';
import { rate, whole } from './numbers.js';

/** When the work is done, as far as that is known beforehand. */
export interface SendGoal {
  records?: number;
  durationMs?: number;
}

const redrawMs = 200;
const lineMs = 5_000;

/** Progress on stderr: a bar with rate and time left on a terminal, a line every 5 s elsewhere. Answers with what ends it. */
export function showProgress(runtime: Runtime, goal: SendGoal, figures: () => SendProgress): () => void {
  return runtime.stderr.isTTY ? bar(runtime, goal, figures) : lines(runtime, goal, figures);
}

function lines(runtime: Runtime, goal: SendGoal, figures: () => SendProgress): () => void {
  const timer = setInterval(() => {
    const { acked, elapsedMs } = figures();
    const left = secondsLeft(goal, figures());
    const time = new Date(runtime.clock.now()).toISOString();
    runtime.note(
      `${time} acknowledged ${whole(acked)}, ${rate(acked / (elapsedMs / 1000))}${left === undefined ? '' : `, ${left} s left`}`,
    );
  }, lineMs);
  return () => clearInterval(timer);
}

function bar(runtime: Runtime, goal: SendGoal, figures: () => SendProgress): () => void {
  const shown = new cliProgress.SingleBar({
    stream: runtime.stderr as NodeJS.WriteStream,
    format: '{bar} {percentage}%  {acked} acknowledged  {rate}  {left}',
    hideCursor: true,
    clearOnComplete: true,
    barsize: 24,
    barCompleteChar: '█',
    barIncompleteChar: '░',
  });
  const draw = () => {
    const now = figures();
    const left = secondsLeft(goal, now);
    shown.update(Math.round(doneShare(goal, now) * 1000), {
      acked: whole(now.acked),
      rate: rate(now.elapsedMs > 0 ? now.acked / (now.elapsedMs / 1000) : 0),
      left: left === undefined ? '' : `${left} s left`,
    });
  };
  shown.start(1000, 0, { acked: '0', rate: '', left: '' });
  const timer = setInterval(draw, redrawMs);
  return () => {
    clearInterval(timer);
    shown.stop();
  };
}

function doneShare({ records, durationMs }: SendGoal, { acked, elapsedMs }: SendProgress): number {
  const share = records ? acked / records : durationMs ? elapsedMs / durationMs : 0;
  return Math.min(1, Math.max(0, share));
}

function secondsLeft(goal: SendGoal, figures: SendProgress): number | undefined {
  const share = doneShare(goal, figures);
  return share > 0 ? Math.round((figures.elapsedMs * (1 / share - 1)) / 1000) : undefined;
}

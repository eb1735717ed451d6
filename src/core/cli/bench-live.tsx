import { Box, render, Static, Text } from 'ink';
import type { BenchSecond } from '../bench/measure/second.js';
import type { Runtime } from '../runtime/runtime.js';
import { BenchView } from '../tui/bench/bench-view.js';
import type { BenchProgress } from './bench-progress.js';
import { stackReporter } from './stack-view.js';

/** Drawn anew once a second on a terminal, on standard error; what is done stays above as lines. */
export function benchLive({ stderr, clock }: Pick<Runtime, 'stderr' | 'clock'>): BenchProgress {
  const done: string[] = [];
  let step = '';
  let second: BenchSecond | undefined;
  const tree = () => (
    <>
      <Static items={[...done]}>{(line) => <Text key={line}>{line}</Text>}</Static>
      <Box marginTop={done.length > 0 ? 1 : 0}>{step === '' ? null : <BenchView step={step} second={second} />}</Box>
    </>
  );
  const shown = render(tree(), { stdout: stderr as NodeJS.WriteStream, exitOnCtrlC: false, patchConsole: false });
  const draw = () => shown.rerender(tree());
  const line = (text: string) => {
    done.push(text);
    draw();
  };
  return {
    onStep(next) {
      if (step !== '') done.push(`✓ ${step}`);
      step = next;
      second = undefined;
      draw();
    },
    onStack: stackReporter(line, () => clock.now()),
    note: line,
    onSecond(next) {
      second = next;
      draw();
    },
    close() {
      step = '';
      second = undefined;
      draw();
      shown.unmount();
    },
  };
}

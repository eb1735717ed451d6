import { Box, render, useApp, useInput, useStdout } from 'ink';
import { useEffect, useState } from 'react';
import type { Snapshot } from '../observe/snapshot.js';
import type { Runtime } from '../runtime/runtime.js';
import { type Pane, panes, TopView } from '../tui/top/top-view.js';

/** The terminal's other screen, and back to what stood there before. */
const alternate = { enter: '\u001b[?1049h\u001b[H', leave: '\u001b[?1049l' };
const everyMs = 1_000;

/** Looks once a second and draws, until q, Ctrl-C or a signal; answers with the last look. */
export async function topLive(
  { stdin, stdout, clock, signal }: Pick<Runtime, 'stdin' | 'stdout' | 'clock' | 'signal'>,
  look: () => Promise<Snapshot>,
): Promise<Snapshot | undefined> {
  const screen: Screen = { snapshot: undefined, changed: () => undefined };
  stdout.write(alternate.enter);
  const shown = render(<Top screen={screen} />, {
    stdin: stdin as NodeJS.ReadStream,
    stdout: stdout as NodeJS.WriteStream,
    exitOnCtrlC: true,
    patchConsole: false,
  });
  const left = new AbortController();
  const until = AbortSignal.any([signal, left.signal]);
  until.addEventListener('abort', () => shown.unmount(), { once: true });
  const closed = shown.waitUntilExit().then(() => left.abort());
  try {
    while (!until.aborted) {
      screen.snapshot = await look();
      screen.changed(screen.snapshot);
      await clock.sleep(everyMs, until).catch(() => undefined);
    }
    await closed;
  } finally {
    shown.unmount();
    stdout.write(alternate.leave);
  }
  return screen.snapshot;
}

interface Screen {
  snapshot: Snapshot | undefined;
  changed(snapshot: Snapshot): void;
}

function Top({ screen }: { screen: Screen }) {
  const { exit } = useApp();
  const rows = useRows();
  const [snapshot, setSnapshot] = useState(screen.snapshot);
  const [pane, setPane] = useState<Pane>('overview');
  const [help, setHelp] = useState(false);
  useEffect(() => {
    screen.changed = setSnapshot;
  }, [screen]);
  useInput((input, key) => {
    const step = key.tab
      ? key.shift
        ? panes.length - 1
        : 1
      : key.rightArrow
        ? 1
        : key.leftArrow
          ? panes.length - 1
          : 0;
    const numbered = panes[Number(input) - 1];
    if (input === 'q') exit();
    else if (input === '?') setHelp(!help);
    else if (key.escape) setHelp(false);
    else if (numbered) setPane(numbered);
    else if (step > 0) setPane(panes[(panes.indexOf(pane) + step) % panes.length]!);
  });
  return (
    <Box flexDirection="column">
      <TopView snapshot={snapshot} pane={pane} help={help} rows={rows} />
    </Box>
  );
}

function useRows(): number {
  const { stdout } = useStdout();
  const [rows, setRows] = useState(stdout.rows);
  useEffect(() => {
    const resized = () => setRows(stdout.rows);
    stdout.on('resize', resized);
    return () => void stdout.off('resize', resized);
  }, [stdout]);
  return rows;
}

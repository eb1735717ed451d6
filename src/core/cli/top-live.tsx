import { render, useApp, useInput, useStdout } from 'ink';
import { useEffect, useState } from 'react';
import { type Moment, momentOf } from '../observe/moment.js';
import type { Snapshot } from '../observe/snapshot.js';
import { storedKinds } from '../observe/stored.js';
import type { StoredWatch } from '../observe/stored-watch.js';
import type { Runtime } from '../runtime/runtime.js';
import { atFirst, onKey, type TopState } from '../tui/top/keys.js';
import { filtered } from '../tui/top/listed.js';
import { listOf, paneHeight, type TopData, TopView } from '../tui/top/top-view.js';

/** The terminal's other screen, and back to what stood there before. */
const alternate = { enter: '\u001b[?1049h\u001b[H', leave: '\u001b[?1049l' };
const everyMs = 1_000;
/** As many looks as bars are drawn. */
const keptLooks = 60;

/** Looks once a second and draws, until q, Ctrl-C or a signal; answers with the last look. */
export async function topLive(
  { stdin, stdout, clock, signal }: Pick<Runtime, 'stdin' | 'stdout' | 'clock' | 'signal'>,
  look: () => Promise<Snapshot>,
  stored: StoredWatch,
): Promise<Snapshot | undefined> {
  const screen = new Screen(stored);
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
      screen.see(await look());
      await clock.sleep(everyMs, until).catch(() => undefined);
    }
    await closed;
  } finally {
    shown.unmount();
    stdout.write(alternate.leave);
    await stored.close();
  }
  return screen.data.snapshot;
}

/** What is known, and who is told when that changes. */
class Screen {
  data: TopData = { snapshot: undefined, history: new Map(), stored: undefined };
  state: TopState = atFirst;
  changed: (data: TopData) => void = () => undefined;
  private readonly watch: StoredWatch;

  constructor(watch: StoredWatch) {
    this.watch = watch;
  }

  see(snapshot: Snapshot): void {
    const history = new Map(
      snapshot.pipelines.map((look): [string, Moment[]] => {
        const before = this.data.history.get(look.pipeline) ?? [];
        return [look.pipeline, [...before, momentOf(look, snapshot.at)].slice(-keptLooks)];
      }),
    );
    const { stored } = this.data;
    this.data = { ...this.data, snapshot, history };
    this.look();
    // What is stored is drawn when it was read anew: a drawing takes 2 % of a core in a second.
    if (this.data.stored === undefined || this.data.stored !== stored) this.changed(this.data);
  }

  show(state: TopState): void {
    this.state = state;
    this.look();
    this.changed(this.data);
  }

  /** Has read what the pane needs, where that is due. */
  private look(): void {
    const pipelines = this.data.snapshot?.pipelines.map(({ pipeline }) => pipeline) ?? [];
    const kind = storedKinds.find((each) => each === this.state.pane);
    const stored = kind && this.watch.look(kind, pipelines, () => this.show(this.state));
    this.data = { ...this.data, stored };
  }
}

function Top({ screen }: { screen: Screen }) {
  const { exit } = useApp();
  const { rows, columns } = useSize();
  const [data, setData] = useState(screen.data);
  const [state, setState] = useState(screen.state);
  useEffect(() => {
    screen.changed = setData;
  }, [screen]);
  useInput((input, key) => {
    // What is typed fast comes as one text; each of its letters is a key.
    for (const each of input.length > 1 ? [...input] : [input]) {
      const { state: before, data: seen } = screen;
      const shown = filtered(listOf(before.pane, seen), before.filter);
      const next = onKey(before, each, key, shown, paneHeight(rows) - 1);
      if (next === 'leave') return exit();
      screen.state = next;
      if (next.pane !== before.pane) screen.show(next);
    }
    setState(screen.state);
  });
  return <TopView {...data} state={state} rows={rows} columns={columns} />;
}

function useSize(): { rows: number; columns: number } {
  const { stdout } = useStdout();
  const sizeNow = () => ({ rows: stdout.rows, columns: stdout.columns });
  const [size, setSize] = useState(sizeNow);
  useEffect(() => {
    const resized = () => setSize({ rows: stdout.rows, columns: stdout.columns });
    stdout.on('resize', resized);
    return () => void stdout.off('resize', resized);
  }, [stdout]);
  return size;
}

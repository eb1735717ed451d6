export const targetNames = ['generator', 'engine', 'kafka', 'clickhouse', 'postgres'] as const;
export type TargetName = (typeof targetNames)[number];

/** A process that faults befall. Every deed may be repeated, and none fails because the process is gone. */
export interface Target {
  name: TargetName;
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
  /** SIGSTOP: it keeps its memory, locks and connections, and does nothing. */
  freeze(): void;
  thaw(): void;
  /** The clean stop that it is meant to have; resolves when it is gone. */
  stop(): Promise<void>;
  /** Starts it where it is gone, by the command that a user would type: a service resolves when it answers, a command of ours when it is on its way. */
  start(): Promise<void>;
  /** Resolves when it does what it is there for: a service answers, a generator has a batch acknowledged, an engine a block stored. Rejects when `stop` aborts. */
  works(stop: AbortSignal): Promise<void>;
}

/** Sends a signal to a process that may just have ended. */
export function trySignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

import type { Readable, Writable } from 'node:stream';

/** Time as the process sees it; tests hand in their own and advance it. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Milliseconds from an arbitrary origin, with fractions; never goes back. */
  monotonic(): number;
  /** Resolves after `ms`, or at once with a rejection when the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Everything that reaches the outside of the process, in one value that is handed down from the command. */
export interface Runtime {
  clock: Clock;
  env: Readonly<Record<string, string | undefined>>;
  cwd: string;
  pid: number;
  stdin: Readable & { isTTY?: boolean };
  stdout: Writable & { isTTY?: boolean; columns?: number };
  stderr: Writable & { isTTY?: boolean; columns?: number };
  /** 53 bits of real randomness: for default seeds and names, never for data. */
  entropy(): number;
  /** Aborts on the first SIGINT or SIGTERM, its reason being the signal's name; a second one ends the process at once. */
  signal: AbortSignal;
  /** A line to standard error for people; nothing when --json or --quiet asked for silence. */
  note(line: string): void;
  /** Where the installed package lives: configs/, bin/ and dist/ are below it. */
  packageRoot: string;
}

import type { Home } from '../../runtime/home.js';
import type { Runtime } from '../../runtime/runtime.js';

export const checkStatuses = ['ok', 'warn', 'fail'] as const;

export interface Finding {
  status: (typeof checkStatuses)[number];
  /** What was found. */
  detail: string;
  /** What mends it: a command, where there is one. */
  fix: string | null;
}

export interface CheckContext {
  runtime: Runtime;
  /** Paths only: the folder may be missing or closed to us. */
  home: Home;
}

/** Looks at one thing that a stack needs and changes nothing; a check that throws has failed, with the error as its finding. */
export type Check = (context: CheckContext) => Promise<Finding> | Finding;

export function ok(detail: string): Finding {
  return { status: 'ok', detail, fix: null };
}

export function warn(detail: string, fix: string): Finding {
  return { status: 'warn', detail, fix };
}

export function fail(detail: string, fix: string): Finding {
  return { status: 'fail', detail, fix };
}

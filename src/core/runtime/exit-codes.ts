/** What the process answers its caller with; docs and scripts rely on these numbers. */
export const ExitCode = {
  ok: 0,
  unexpected: 1,
  usage: 2,
  missing: 3,
  verifyFailed: 4,
  threshold: 99,
  interrupted: 130,
  terminated: 143,
} as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** Commands to copy, each with what it does; the second column is aligned. */
export function nextSteps(lead: string, steps: readonly (readonly [command: string, does: string])[]): string {
  const width = Math.max(...steps.map(([command]) => command.length));
  return [lead, ...steps.map(([command, does]) => `  ${command.padEnd(width)}  ${does}`.trimEnd())].join('\n');
}

import type { Plan } from './plan.js';

/** The flag that names the plan's pipeline, to be pasted into a shell. A shipped one is named as its file is. */
export function choiceOf({ name, source }: Pick<Plan, 'name' | 'source'>): string {
  if (source === name) return `--domain ${name}`;
  return `--pipeline ${/^[\w./-]+$/.test(source) ? source : `'${source.replaceAll("'", `'\\''`)}'`}`;
}

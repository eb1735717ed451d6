import { readdirSync } from 'node:fs';

/** The numbers of the files `<n>.<kind>` in a folder, ascending. */
export function numbersOf(folder: string, kind: string): number[] {
  return readdirSync(folder)
    .map((name) => /^(\d+)\.(.+)$/.exec(name))
    .filter((match) => match?.[2] === kind)
    .map((match) => Number(match![1]))
    .sort((a, b) => a - b);
}

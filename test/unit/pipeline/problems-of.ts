import { expect } from 'vitest';
import { loadPipeline } from '../../../src/core/pipeline/load.js';
import { PipeError } from '../../../src/core/runtime/errors.js';
import { shopYaml } from './fixtures.js';

export type Edit = readonly [find: string, replacement: string];

/** The messages for the shop's file after some edits, each of which must find its place. */
export function problemsOf(...edits: readonly Edit[]): string {
  const text = edits.reduce((edited, [find, replacement]) => {
    if (!edited.includes(find)) throw new Error(`the file does not hold ${JSON.stringify(find)}`);
    return edited.replace(find, () => replacement);
  }, shopYaml);
  try {
    loadPipeline(text, 'shop.yaml');
  } catch (error) {
    expect(error).toBeInstanceOf(PipeError);
    expect((error as PipeError).exit).toBe(2);
    return (error as PipeError).message;
  }
  return 'no problem';
}

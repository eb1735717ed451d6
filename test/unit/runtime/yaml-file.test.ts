import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { PipeError } from '../../../src/core/runtime/errors.js';
import { parseYaml, parseYamlDocument } from '../../../src/core/runtime/yaml-file.js';

const schema = z.strictObject({
  name: z.string(),
  ports: z.strictObject({ kafka: z.int().max(65535).optional(), postgres: z.int().optional() }).optional(),
  mode: z.enum(['fast', 'slow']).default('fast'),
  windows: z
    .array(
      z.discriminatedUnion('type', [
        z.strictObject({ type: z.literal('tumbling'), size: z.string() }),
        z.strictObject({ type: z.literal('hopping'), size: z.string(), advance: z.string() }),
      ]),
    )
    .default([]),
  hosts: z.record(z.string(), z.strictObject({ url: z.string() })).optional(),
  amount: z.union([z.number(), z.strictObject({ min: z.number(), max: z.number() })]).optional(),
});

function problemsOf(text: string): string {
  try {
    parseYaml(text, 'a.yaml', schema);
  } catch (error) {
    expect(error).toBeInstanceOf(PipeError);
    expect((error as PipeError).exit).toBe(2);
    return (error as PipeError).message;
  }
  return 'no problem';
}

describe('parseYaml', () => {
  it('fills in the defaults', () => {
    expect(parseYaml('name: x\n', 'a.yaml', schema)).toEqual({ name: 'x', mode: 'fast', windows: [] });
  });

  it.each([
    ['an unknown key, with its own line', 'name: x\n\nnmae: y\n', 'a.yaml:3: unknown key "nmae"; did you mean "name"?'],
    [
      'a far-off key, with what is known',
      'name: x\nports:\n  zzzzzz: 1\n',
      'a.yaml:3: ports: unknown key "zzzzzz"; expected one of: kafka, postgres',
    ],
    ['a missing key, at its parent', 'mode: fast\n', 'a.yaml:1: name: missing; expected a string'],
    ['a wrong type', 'name: x\nports:\n  kafka: abc\n', 'a.yaml:3: ports.kafka: expected a number, got "abc"'],
    [
      'a value out of bounds',
      'name: x\nports:\n  kafka: 70000\n',
      'a.yaml:3: ports.kafka: Too big: expected number to be <=65535; got 70000',
    ],
    [
      'a wrong word',
      'name: x\nmode: fst\n',
      'a.yaml:2: mode: expected one of fast, slow, got "fst"; did you mean "fast"?',
    ],
    [
      'a key inside a list of variants',
      'name: x\nwindows:\n  - type: tumbling\n    size: 1m\n  - type: hopping\n    size: 1m\n    advnce: 1s\n',
      'a.yaml:5: windows.1.advance: missing; expected a string\n' +
        'a.yaml:7: windows.1: unknown key "advnce"; did you mean "advance"?',
    ],
    [
      'a key below any name',
      'name: x\nhosts:\n  a:\n    urll: b\n    url: c\n',
      'a.yaml:4: hosts.a: unknown key "urll"; did you mean "url"?',
    ],
    [
      'the branch that was meant',
      'name: x\namount:\n  min: 1\n  max: b\n',
      'a.yaml:4: amount.max: expected a number, got "b"',
    ],
    ['a repeated key', 'name: x\nname: y\n', 'a.yaml:2: Map keys must be unique'],
    [
      'broken syntax',
      'name: x\nmode: [a\n',
      'a.yaml:3: Flow sequence in block collection must be sufficiently indented and end with a ]',
    ],
    ['a list instead of a mapping', '- 1\n', 'a.yaml:1: expected a mapping, got a list'],
  ])('names %s', (_, text, expected) => {
    expect(problemsOf(text)).toBe(expected);
  });

  it('refuses aliases that multiply without bound', () => {
    const levels = Array.from({ length: 12 }, (_, i) => `l${i + 1}: &l${i + 1} [${`*l${i},`.repeat(9)}]`);
    expect(problemsOf(`l0: &l0 [x]\n${levels.join('\n')}\n`)).toMatch(/^a\.yaml:1: Excessive alias count/);
  });
});

describe('lineOf', () => {
  it('finds keys, list items and, for what is missing, the nearest parent', () => {
    const { lineOf } = parseYamlDocument('name: x\nwindows:\n  - type: tumbling\n    size: 1m\n', 'a.yaml', schema);
    expect([lineOf(['windows']), lineOf(['windows', 0, 'size']), lineOf(['windows', 0, 'none']), lineOf([])]).toEqual([
      2, 4, 3, 1,
    ]);
  });
});

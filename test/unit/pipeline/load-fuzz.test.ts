import fc from 'fast-check';
import { describe, it } from 'vitest';
import { parseAggregate } from '../../../src/core/pipeline/expression/aggregate.js';
import { parseFilter } from '../../../src/core/pipeline/expression/parse.js';
import { loadPipeline } from '../../../src/core/pipeline/load.js';
import { PipeError } from '../../../src/core/runtime/errors.js';
import { caseScope } from './case-columns.js';
import { shopYaml } from './fixtures.js';

const lines = shopYaml.split('\n');
const anyLine = fc.integer({ min: 0, max: lines.length - 1 });
/** Texts that stand for something in YAML, in a file or in JavaScript. */
const oddText = fc.oneof(
  fc.constantFrom(
    '',
    '{}',
    '[]',
    'null',
    '~',
    '-1',
    '1e999',
    '.nan',
    '*a',
    '&a x',
    '!!set',
    '<<',
    '|',
    'constructor',
    '__proto__',
    'toString',
    'in',
  ),
  fc.string({ maxLength: 12 }),
);

/** The shop's file with a few lines dropped, doubled, moved to another depth, or given another value. */
const mutated = fc
  .array(
    fc.record({
      at: anyLine,
      how: fc.constantFrom('drop', 'double', 'indent', 'outdent', 'value', 'key'),
      text: oddText,
    }),
    {
      minLength: 1,
      maxLength: 4,
    },
  )
  .map((changes) => {
    const edited = [...lines];
    for (const { at, how, text } of changes) edited[at] = mutations[how](edited[at]!, text);
    return edited.join('\n');
  });

const mutations = {
  drop: () => '',
  double: (line: string) => `${line}\n${line}`,
  indent: (line: string) => `  ${line}`,
  outdent: (line: string) => line.replace(/^ {2}/, ''),
  value: (line: string, text: string) => line.replace(/:.*$/, () => `: ${text}`),
  key: (line: string, text: string) => line.replace(/^(\s*)[\w-]+:/, (_, indent: string) => `${indent}${text}:`),
};

const piece = fc.oneof(
  fc.constantFrom(
    'n',
    'price',
    'kind',
    'ok',
    'at',
    'sum(',
    'count()',
    'quantile(n, ',
    'is_null(',
    ')',
    '(',
    '[',
    ']',
    ',',
    ';',
    '"',
    "'",
    '\\',
  ),
  fc.constantFrom(
    '+',
    '-',
    '*',
    '/',
    '==',
    '!',
    '&&',
    '||',
    '<',
    ' in ',
    '=',
    '.',
    '?',
    ':',
    '1',
    '0.5',
    '1e9',
    'null',
    'this',
    'constructor',
    '__proto__',
  ),
  fc.string({ maxLength: 3 }),
);

function foreseen(run: () => unknown): void {
  try {
    run();
  } catch (error) {
    if (!(error instanceof PipeError)) throw error;
  }
}

describe('whatever stands in a file', () => {
  it('gives a plan or a foreseen error, from a mutated file', () => {
    fc.assert(
      fc.property(mutated, (text) => foreseen(() => loadPipeline(text, 'shop.yaml'))),
      { numRuns: 300 },
    );
  });

  it('gives a foreseen error, from any text', () => {
    fc.assert(fc.property(fc.string({ maxLength: 200 }), (text) => foreseen(() => loadPipeline(text, 'any.yaml'))));
  });

  it('gives an expression or a foreseen error, from any pieces', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 15 }), (pieces) => {
        foreseen(() => parseFilter(pieces.join(''), caseScope));
        foreseen(() => parseAggregate(pieces.join(''), caseScope));
      }),
      { numRuns: 2_000 },
    );
  });

  it('survives the deepest nesting that fits', () => {
    for (const [open, close] of [
      ['(', ')'],
      ['!', ''],
      ['-', ''],
      ['is_null(', ')'],
      ['[', ']'],
      ['n + (', ')'],
      ['n == ', ''],
    ] as const) {
      const depth = Math.floor(990 / (open.length + close.length));
      foreseen(() => parseFilter(`${open.repeat(depth)}n${close.repeat(depth)}`, caseScope));
    }
  });
});

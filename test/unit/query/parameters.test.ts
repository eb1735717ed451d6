import { describe, expect, it } from 'vitest';
import { bindParameters, parseParameters } from '../../../src/core/query/parameters.js';

const query = {
  sql: "SELECT {size:Int64}, {country:Nullable(String)}, '{not:String}' -- {nor:This}",
  params: { size: 10 },
};

describe('parseParameters', () => {
  it('takes everything after the first = as the value', () => {
    expect(parseParameters(['a=1', 'b=x=y', 'c='])).toEqual({ a: '1', b: 'x=y', c: '' });
  });

  it.each([
    [['a'], 'expected --param name=value, got "a"'],
    [['=1'], 'expected --param name=value, got "=1"'],
    [['a b=1'], 'expected --param name=value, got "a b=1"'],
    [['a=1', 'a=2'], '--param a was given twice'],
  ])('refuses %j', (given, message) => {
    expect(() => parseParameters(given)).toThrow(message);
  });
});

describe('bindParameters', () => {
  it('prefers what was given to the default', () => {
    expect(bindParameters(query, { country: 'DE' })).toEqual({ size: '10', country: 'DE' });
    expect(bindParameters(query, { country: '', size: '60' })).toEqual({ size: '60', country: '' });
  });

  it.each([
    ['one that is missing', {}, "the statement's parameter {country:Nullable(String)} has no value"],
    [
      'one that is misspelt',
      { country: 'DE', sise: '1' },
      'the statement has no parameter "sise"; did you mean "size"?',
    ],
    ['one that is only in a text', { country: 'DE', not: '1' }, 'the statement has no parameter "not"'],
  ])('refuses %s', (_, given, message) => {
    expect(() => bindParameters(query, given)).toThrow(message);
  });

  it('says which there are', () => {
    expect(() => bindParameters(query, { other: '1' })).toThrow(
      expect.objectContaining({ exit: 2, hint: 'It has: size, country.' }),
    );
  });
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readProject } from '../../../src/core/runtime/project.js';

let cwd: string;

beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'pipe-project-'));
});

afterEach(() => rmSync(cwd, { recursive: true }));

function projectOf(text: string) {
  writeFileSync(join(cwd, 'pipe.yaml'), text);
  return readProject({ cwd });
}

describe('readProject', () => {
  it('is all defaults where there is no file', () => {
    expect(readProject({ cwd })).toEqual({ ports: {}, profiles: {} });
  });

  it.each([
    ['ports:\n  kafka: 70000\n', /^pipe\.yaml:2: ports\.kafka: /],
    ['profiles:\n  a:\n    kafka: {brokers: []}\n', /^pipe\.yaml:3: profiles\.a\.kafka\.brokers: /],
    ['profiles:\n  a:\n    kafka:\n      borkers: [a:1]\n', /unknown key "borkers"; did you mean "brokers"\?/],
    ['profiles:\n  a:\n    clickhouse: {url: "ch:8123", user: a, password: b}\n', /expected http:\/\/HOST:PORT/],
    ['profiles:\n  a:\n    postgres: {url: "mysql://x"}\n', /expected postgres:\/\//],
    [
      'profiles:\n  a:\n    kafka: {brokers: ["a:1"], sasl: {mechanism: plain, username: u}}\n',
      /sasl\.password: missing/,
    ],
  ])('refuses %j', (text, message) => {
    expect(() => projectOf(text)).toThrow(message);
  });
});

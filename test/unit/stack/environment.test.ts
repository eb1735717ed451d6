import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { environmentOf, shellExports } from '../../../src/core/stack/environment.js';

const endpoints = {
  kafka: { brokers: ['a:1', 'b:2'] },
  postgres: { url: "postgres://u:it's $HOME `x`@h/d" },
  clickhouse: { url: 'http://h:1', database: 'd', user: 'w', password: 'p w', reader: { user: 'r', password: 'q' } },
};

it('names what other programs need, as a writer', () => {
  expect(environmentOf(endpoints)).toEqual({
    KAFKA_BROKERS: 'a:1,b:2',
    CLICKHOUSE_URL: 'http://h:1',
    CLICKHOUSE_DATABASE: 'd',
    CLICKHOUSE_USER: 'w',
    CLICKHOUSE_PASSWORD: 'p w',
    DATABASE_URL: "postgres://u:it's $HOME `x`@h/d",
  });
  expect(environmentOf({})).toEqual({});
});

it('a shell reads the values back as they were', () => {
  const script = `${shellExports(environmentOf(endpoints))}\nprintf %s "$DATABASE_URL"`;
  expect(execFileSync('sh', ['-c', script], { encoding: 'utf8' })).toBe(endpoints.postgres.url);
});

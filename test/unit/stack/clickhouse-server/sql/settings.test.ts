import { expect, test } from 'vitest';
import {
  baseSettings,
  type SessionState,
  transition,
} from '../../../../../src/core/stack/clickhouse-server/sql/settings.js';

const fresh: SessionState = { database: 'default', settings: new Map(), params: new Set() };
const wanted = (database: string, settings: Record<string, string>, params: Record<string, string> = {}) => ({
  database,
  settings: new Map(Object.entries(settings)),
  params: new Map(Object.entries(params)),
});

test('a fresh session gets the base, what was asked for, and parameters as escaped text', () => {
  const { sql, state } = transition(fresh, wanted('d`b', { max_threads: '1' }, { name: "it's \\N" }));
  expect(sql).toBe(
    "USE `d\\`b`; SET implicit_select = '0', allow_introspection_functions = '0', storage_file_read_method = 'pread', max_threads = '1', param_name = 'it\\'s \\\\N'; ",
  );
  expect([...state.params]).toEqual(['name']);
});

test('the next request sets only what differs and undoes what it did not ask for', () => {
  const first = transition(fresh, wanted('default', { max_threads: '1', final: '1' })).state;
  expect(transition(first, wanted('default', { max_threads: '2' })).sql).toBe(
    "SET max_threads = '2', final = DEFAULT; ",
  );
  expect(transition(first, wanted('default', { max_threads: '1', final: '1' })).sql).toBe('');
});

test('a base setting that a request changed goes back to the base, not to the default of the engine', () => {
  const first = transition(fresh, wanted('default', { implicit_select: '1' })).state;
  expect(transition(first, wanted('default', {})).sql).toBe(
    `SET implicit_select = '${baseSettings.get('implicit_select')}'; `,
  );
});

/** What one session of the engine currently has set, as far as the server set it. */
export interface SessionState {
  database: string;
  settings: ReadonlyMap<string, string>;
  params: ReadonlySet<string>;
}

export interface Wanted {
  database: string;
  settings: ReadonlyMap<string, string>;
  params: ReadonlyMap<string, string>;
}

/** On every session: what the embedded engine has otherwise than the server would have it. */
export const baseSettings: ReadonlyMap<string, string> = new Map([
  ['implicit_select', '0'],
  ['allow_introspection_functions', '0'],
  ['storage_file_read_method', 'pread'],
]);

/** USE and SET statements that bring a session from one state to another; settings no longer wanted go back to their defaults. */
export function transition(from: SessionState, wanted: Wanted): { sql: string; state: SessionState } {
  const settings = new Map([...baseSettings, ...wanted.settings]);
  const assignments: string[] = [];
  for (const [name, value] of settings)
    if (from.settings.get(name) !== value) assignments.push(`${name} = ${literal(value)}`);
  for (const name of from.settings.keys()) if (!settings.has(name)) assignments.push(`${name} = DEFAULT`);
  for (const [name, value] of wanted.params) assignments.push(`param_${name} = ${literal(value)}`);
  const use = wanted.database === from.database ? '' : `USE ${identifier(wanted.database)}; `;
  const set = assignments.length > 0 ? `SET ${assignments.join(', ')}; ` : '';
  return {
    sql: use + set,
    state: { database: wanted.database, settings, params: new Set([...from.params, ...wanted.params.keys()]) },
  };
}

export function literal(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

export function identifier(name: string): string {
  return `\`${name.replaceAll('\\', '\\\\').replaceAll('`', '\\`')}\``;
}

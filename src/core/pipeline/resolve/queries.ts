import type { PipelineFile } from '../schema.js';
import { type Problems, unknown } from './problems.js';

/** Parameters as ClickHouse binds them: {name:Type}. One without a default must be given by the caller. */
export function checkQueries(file: PipelineFile, problems: Problems): void {
  for (const [name, query] of Object.entries(file.queries)) {
    const path = ['queries', name];
    const code = withoutTexts(query.sql);
    const types = parameterTypes(code);
    if (!/^\s*(select|with)\b/i.test(code))
      problems.add([...path, 'sql'], 'expected a statement that begins with SELECT or WITH');
    if (/;\s*\S/.test(code)) problems.add([...path, 'sql'], 'expected one statement, got several');
    const bares = [...code.matchAll(/\{\s*([A-Za-z_]\w*)\s*\}/g)].map((match) => match[1]!);
    for (const bare of bares)
      problems.add([...path, 'sql'], `expected a parameter with its type, such as {${bare}:String}, got {${bare}}`);
    for (const [parameter, value] of Object.entries(query.params)) {
      const type = types.get(parameter);
      const place = [...path, 'params', parameter];
      if (!type && !bares.includes(parameter))
        problems.add(place, `not in the sql: ${unknown('parameter', parameter, [...types.keys()])}`);
      if (type && numeric.test(type) && Number.isNaN(Number(value)))
        problems.add(place, `expected a number for ${type}, got "${value}"`);
    }
  }
}

const numeric = /^(U?Int\d+|Float\d+|Decimal)/;

/** Names and types of the parameters in a statement, in the order in which they come. */
export function parameterTypes(sql: string): Map<string, string> {
  const found = withoutTexts(sql).matchAll(/\{\s*([A-Za-z_]\w*)\s*:\s*([^{}]+?)\s*\}/g);
  return new Map([...found].map(([, name, type]) => [name!, type!]));
}

/** String literals and comments blanked: what stands in them is no SQL. */
function withoutTexts(sql: string): string {
  return sql.replace(/'(?:[^'\\]|\\.|'')*'|--[^\n]*|\/\*[\s\S]*?\*\//g, (text) => (text.startsWith("'") ? "''" : ' '));
}

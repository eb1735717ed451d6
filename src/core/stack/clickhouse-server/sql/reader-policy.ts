import { availableParallelism } from 'node:os';
import { Exception } from '../http/errors.js';
import { identifierOf, isMark, isWord } from './lexer.js';
import type { Statement } from './statement.js';

/** Upper limits of the read-only user: a request may ask for less, never for more. */
export type ReaderLimits = Readonly<
  Record<'max_execution_time' | 'max_memory_usage' | 'max_result_rows' | 'max_result_bytes', number>
>;

/** Settings that shape an answer and reach nothing outside it. */
const harmless =
  /^(output_format_(?!schema$)\w+|format_(?!schema|template|regexp)\w+|date_time_(in|out)put_format|session_timezone|extremes|limit|offset|final|join_use_nulls|group_by_use_nulls|transform_null_in|union_default_mode|prefer_column_name_to_alias|max_block_size|max_columns_to_read|use_query_cache|query_cache_ttl|totals_mode|allow_experimental_\w*analyzer|enable_analyzer|use_client_time_zone|max_rows_to_read|max_bytes_to_read|timeout_before_checking_execution_speed|timeout_overflow_mode|result_overflow_mode|read_overflow_mode|send_timeout|receive_timeout|http_(send|receive)_timeout|log_queries|async_insert|wait_for_async_insert|insert_\w+)$/;

/**
 * Functions that read files, or run text that this check would not see. Table functions that reach outside are refused by the
 * engine itself under readonly=1.
 */
const fileFunctions = new Set(['file', 'catboostevaluate', 'eval']);

const readerStatements = new Set(['SELECT', 'SHOW', 'DESCRIBE', 'DESC', 'EXISTS', 'EXPLAIN', 'USE']);

/** First words of ClickHouse's other statements. What begins with neither is a slip of the pen, and is told so. */
const otherStatements = new Set(
  `INSERT CREATE ALTER DROP UNDROP TRUNCATE RENAME EXCHANGE OPTIMIZE SYSTEM SET KILL ATTACH DETACH GRANT REVOKE UPDATE DELETE BACKUP RESTORE
  MOVE CHECK BEGIN COMMIT ROLLBACK EXECUTE PARALLEL WATCH EXTERNAL`.split(/\s+/),
);

/** The settings of a reader's session. Throws 164 for one that it may not change, as the engine does for readonly=1. */
export function readerSettings(requested: ReadonlyMap<string, string>, limits: ReaderLimits): Map<string, string> {
  const settings = new Map(Object.entries(limits).map(([name, limit]) => [name, String(limit)]));
  settings.set('max_threads', String(availableParallelism()));
  for (const [name, value] of requested) {
    if (name === 'readonly' && (value === '1' || value === '2')) continue;
    const limit = settings.get(name);
    if (limit !== undefined) {
      const asked = Number(value);
      if (!(asked > 0 && asked <= Number(limit)))
        throw readonly(`Cannot modify '${name}' setting in readonly mode: it is ${limit} at most`);
      settings.set(name, value);
    } else if (harmless.test(name)) settings.set(name, value);
    else throw readonly(`Cannot modify '${name}' setting in readonly mode`);
  }
  return settings;
}

/** Throws 62, 164 or 497 for what readonly=1 in the engine would let through: files of the server, and statements that are no queries. */
export function checkReader(statement: Statement): void {
  const { keyword, tokens } = statement;
  if (!readerStatements.has(keyword))
    throw otherStatements.has(keyword)
      ? readonly('Cannot execute query in readonly mode')
      : new Exception(
          62,
          'SYNTAX_ERROR',
          `Syntax error: expected a statement such as SELECT, got '${tokens[0]?.text}'`,
        );
  const describes = keyword !== 'SELECT' && keyword !== 'EXPLAIN';
  tokens.forEach((token, index) => {
    if (token.kind === 'quoted' && token.text.includes('\\')) throw denied('an escape in a quoted name');
    if (token.kind !== 'word' && token.kind !== 'quoted') return;
    const name = identifierOf(token).toLowerCase();
    // A function is also named without brackets, as in arrayMap(file, paths); as a column it follows a dot or AS.
    const before = tokens[index - 1];
    const called = isMark(tokens[index + 1], '(');
    if (fileFunctions.has(name) && (called || !(isMark(before, '.') || isWord(before, 'AS'))))
      throw denied(`function ${name}; a column of this name is read as table.${name}`);
    if (isWord(token, 'OUTFILE', 'INFILE')) throw denied('a file of the server');
    if (!describes) return;
    // These analyse a table function before the engine looks at readonly, and take a quoted path for a table.
    if (token.kind === 'quoted' && /[/.*?{]/.test(name)) throw denied('a path');
    if (called && (isWord(before, 'DESCRIBE', 'DESC', 'TABLE') || isMark(before, '(')))
      throw denied(`table function ${name}`);
  });
}

function readonly(message: string): Exception {
  return new Exception(164, 'READONLY', message);
}

function denied(what: string): Exception {
  return new Exception(497, 'ACCESS_DENIED', `Not enough privileges: the read-only user may not use ${what}`);
}

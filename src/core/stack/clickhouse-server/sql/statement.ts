import { isMark, isWord, type Token, tokens } from './lexer.js';

/** One statement other than an insert that carries data, as far as the server must understand it. */
export interface Statement {
  /** The first word in upper case; SELECT also for a bracket, WITH, FROM and a missing word. */
  keyword: string;
  /** Rows come back that INTO OUTFILE can send elsewhere: SELECT in all its forms. */
  selects: boolean;
  /** Changes no data and no definition: what GET may do. */
  readsOnly: boolean;
  /** The FORMAT clause: its name, and where the clause begins. */
  format?: { name: string; start: number };
  /** Names of `{name:Type}` substitutions. */
  substitutions: Set<string>;
  /** Where the statement ends: before a closing semicolon and trailing comments. */
  end: number;
  tokens: Token[];
}

/** What keeps a text from being one statement that the server may run. */
export interface Refusal {
  code: number;
  name: string;
  message: string;
}

const selecting = new Set(['SELECT', 'WITH', 'FROM', '(']);
const reading = new Set(['SHOW', 'DESCRIBE', 'DESC', 'EXISTS', 'EXPLAIN', 'CHECK', 'USE', 'SET']);

/** Reads a whole statement. A text that holds several, or that names files of the server, is refused. */
export function readStatement(text: string): Statement | Refusal {
  const all = [...tokens(text)];
  const semicolon = all.findIndex((token) => isMark(token, ';'));
  const found = semicolon < 0 ? all : all.slice(0, semicolon);
  const beyond = semicolon < 0 ? undefined : all.slice(semicolon).find((token) => !isMark(token, ';'));
  if (beyond) return syntaxError(text, beyond, 'Multi-statements are not allowed');
  const first = found[0];
  if (!first) return { code: 62, name: 'SYNTAX_ERROR', message: 'Syntax error: Empty query' };
  const unclosed = found.find((token) => token.kind === 'unclosed');
  if (unclosed) return syntaxError(text, unclosed, 'A quote or comment is not closed');
  const keyword = first.text.toUpperCase();
  const top = topLevel(found);
  if (top.some((token, index) => isWord(token, 'INTO') && isWord(top[index + 1], 'OUTFILE')))
    return { code: 82, name: 'INTO_OUTFILE_NOT_ALLOWED', message: 'INTO OUTFILE is not allowed' };
  if (keyword === 'INSERT' && top.some((token, index) => isWord(token, 'FROM') && isWord(top[index + 1], 'INFILE')))
    return { code: 344, name: 'SUPPORT_IS_DISABLED', message: 'FROM INFILE is not allowed over HTTP' };
  const selects = selecting.has(keyword) && !top.some((token) => isWord(token, 'INSERT'));
  return {
    keyword: selects ? 'SELECT' : keyword,
    selects,
    readsOnly: selects || reading.has(keyword),
    format: formatClause(top),
    substitutions: substitutions(found),
    end: found.at(-1)!.end,
    tokens: found,
  };
}

export function isRefusal(read: object): read is Refusal {
  return 'code' in read && 'message' in read;
}

/** The tokens outside all brackets. */
export function topLevel(found: readonly Token[]): Token[] {
  let depth = 0;
  return found.filter((token) => {
    if (token.kind === 'mark' && '([{'.includes(token.text)) depth += 1;
    else if (token.kind === 'mark' && ')]}'.includes(token.text)) depth -= 1;
    else return depth === 0;
    return false;
  });
}

/** FORMAT and a name, followed by the end or by SETTINGS. */
function formatClause(top: readonly Token[]): Statement['format'] {
  for (let index = top.length - 2; index >= 0; index -= 1) {
    const after = top[index + 2];
    if (isWord(top[index], 'FORMAT') && top[index + 1]!.kind === 'word' && (!after || isWord(after, 'SETTINGS')))
      return { name: top[index + 1]!.text, start: top[index]!.start };
  }
  return undefined;
}

function substitutions(found: readonly Token[]): Set<string> {
  const names = new Set<string>();
  found.forEach((token, index) => {
    const name = found[index + 1];
    if (isMark(token, '{') && name?.kind === 'word' && isMark(found[index + 2], ':')) names.add(name.text);
  });
  return names;
}

function syntaxError(text: string, token: Token, why: string): Refusal {
  const excerpt = text.slice(token.start, token.start + 60);
  return {
    code: 62,
    name: 'SYNTAX_ERROR',
    message: `Syntax error: failed at position ${token.start + 1} (${token.text.slice(0, 40)}): ${excerpt}. ${why}`,
  };
}

/** The same statement with its rows sent to a file or pipe in the server's spool folder, packed there, instead of to the caller. */
export function withOutfile(
  text: string,
  statement: Statement,
  to: { file: string; compression: string | undefined; defaultFormat: string },
): string {
  const packing = to.compression ? ` COMPRESSION '${to.compression}'` : '';
  const into = `INTO OUTFILE '${to.file}' TRUNCATE${packing}`;
  const { format, end } = statement;
  if (format) return `${text.slice(0, format.start)}${into} ${text.slice(format.start, end)}`;
  return `${text.slice(0, end)}\n${into} FORMAT ${to.defaultFormat}`;
}

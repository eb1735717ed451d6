/**
 * Tokens of ClickHouse SQL as its own Lexer.cpp cuts them. Texts are Latin-1 strings (one character a byte), so that offsets are
 * byte offsets into the request and binary data behind the statement does no harm: tokens come one by one, on demand.
 */
export interface Token {
  kind: 'word' | 'quoted' | 'string' | 'number' | 'mark' | 'unclosed';
  start: number;
  end: number;
  /** As written. */
  text: string;
}

const blank = /[\s\0]+|\xc2\xa0|\xe3\x80\x80|\xe2\x80[\x80-\x8f]|\xe2\x81\xa0|\xef\xbb\xbf/y;
const lineComment = /(?:--|\/\/|#[ !])[^\n]*/y;
const heredoc = /\$([^$]*)\$[\s\S]*?\$\1\$/y;
const word = /[A-Za-z_$][\w$]*/y;
const number = /\d\w*(?:\.\d\w*)?/y;
const backslash = 0x5c;
const curlyString = /\xe2\x80\x98[\s\S]*?\xe2\x80\x99/y;
const curlyName = /\xe2\x80\x9c[\s\S]*?\xe2\x80\x9d/y;

/** The significant tokens from `position` on; white space and comments are left out. */
export function* tokens(text: string, position = 0): Generator<Token> {
  for (;;) {
    const start = skipBlank(text, position);
    if (start >= text.length) return;
    const token = tokenAt(text, start);
    yield token;
    position = token.end;
  }
}

function tokenAt(text: string, start: number): Token {
  const first = text[start]!;
  const token = (kind: Token['kind'], end: number): Token => ({ kind, start, end, text: text.slice(start, end) });
  if (first === "'" || first === '"' || first === '`') {
    const end = quoteEnd(text, start);
    if (end === undefined) return token('unclosed', text.length);
    return token(first === "'" ? 'string' : 'quoted', end);
  }
  if (text.startsWith('/*', start)) return token('unclosed', text.length);
  const attempts: [Token['kind'], RegExp][] = [
    ['string', heredoc],
    ['word', word],
    ['number', number],
    ['string', curlyString],
    ['quoted', curlyName],
  ];
  for (const [kind, pattern] of attempts) {
    const end = matchEnd(pattern, text, start);
    if (end !== undefined) return token(kind, end);
  }
  return token('mark', start + 1);
}

/** Both escapes count: a backslash and a doubled quote. By hand, since strings may be longer than a regular expression bears. */
function quoteEnd(text: string, start: number): number | undefined {
  const quote = text.charCodeAt(start);
  for (let at = start + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === backslash) at += 1;
    else if (code === quote && text.charCodeAt(at + 1) === quote) at += 1;
    else if (code === quote) return at + 1;
  }
  return undefined;
}

/** The position of the next significant character; an unclosed comment is significant. */
function skipBlank(text: string, position: number): number {
  for (;;) {
    const end =
      matchEnd(blank, text, position) ?? matchEnd(lineComment, text, position) ?? blockCommentEnd(text, position);
    if (end === undefined) return position;
    position = end;
  }
}

/** Block comments nest. */
function blockCommentEnd(text: string, start: number): number | undefined {
  if (!text.startsWith('/*', start)) return undefined;
  const border = /\/\*|\*\//g;
  border.lastIndex = start + 2;
  let depth = 1;
  for (let match = border.exec(text); match; match = border.exec(text)) {
    depth += match[0] === '/*' ? 1 : -1;
    if (depth === 0) return border.lastIndex;
  }
  return undefined;
}

function matchEnd(pattern: RegExp, text: string, position: number): number | undefined {
  pattern.lastIndex = position;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}

export function isWord(token: Token | undefined, ...names: string[]): boolean {
  return token?.kind === 'word' && names.includes(token.text.toUpperCase());
}

export function isMark(token: Token | undefined, mark: string): boolean {
  return token?.kind === 'mark' && token.text === mark;
}

/** The name that a word or a quoted identifier stands for, escapes undone as far as quotes go. */
export function identifierOf(token: Token): string {
  if (token.kind !== 'quoted') return token.text;
  const quote = token.text[0]!;
  if (quote !== '"' && quote !== '`') return token.text.slice(3, -3);
  return token.text
    .slice(1, -1)
    .replaceAll(quote + quote, quote)
    .replace(/\\([\s\S])/g, '$1');
}

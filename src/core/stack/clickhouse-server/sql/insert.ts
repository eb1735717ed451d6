import { isMark, isWord, type Token, tokens } from './lexer.js';

/** An INSERT whose rows come with the request. */
export interface DataInsert {
  /** The input format; Values also where none is named. */
  format: string;
  /** Offset of the first byte of data in the text: its end when all data come in the body. */
  dataStart: number;
  /** The statement with its data in a file of the spool folder. */
  fromFile(file: string, compression: string): string;
}

const maxHeadTokens = 20_000;

/**
 * Reads the head of an INSERT that takes its rows from the request: VALUES, FORMAT, neither (then Values), or SELECT ... FROM
 * input(...) FORMAT. Undefined for every other statement, and when the text ends before that can be told. Tokens behind the head
 * are never looked at: they may be binary.
 */
export function readDataInsert(text: string): DataInsert | undefined {
  const stream = tokens(text);
  const first = next(stream);
  if (!isWord(first, 'INSERT')) return undefined;
  let depth = 0;
  let selected = false;
  let settings: Token | undefined;
  let input: { start: number; end: number; structure: string } | undefined;
  let previous = first!;
  for (let count = 0; count < maxHeadTokens; count += 1) {
    const token = next(stream);
    if (!token || isMark(token, ';')) return selected ? undefined : bare(text, previous.end, settings);
    if (token.kind === 'unclosed') return undefined;
    if (isMark(token, '(')) depth += 1;
    if (isMark(token, ')')) depth -= 1;
    if (selected && isWord(token, 'INPUT')) input = inputCall(stream, token) ?? input;
    if (depth === 0) {
      if (isWord(token, 'SELECT', 'WITH')) selected = true;
      if (isWord(token, 'FROM') && !selected) return undefined;
      if (isWord(token, 'SETTINGS') && !selected) settings ??= token;
      if (isWord(token, 'VALUES') && !selected && !isMark(previous, '.'))
        return data(text, 'Values', token.start, token.end, settings);
      if (isWord(token, 'FORMAT') && !isMark(previous, '.') && !isWord(previous, 'INTO', 'TABLE')) {
        const name = next(stream);
        if (name?.kind !== 'word') return undefined;
        if (selected) return input && throughInput(text, name, token.start, input);
        return formatted(text, name, token.start, settings);
      }
    }
    previous = token;
  }
  return undefined;
}

/** Data begin behind the format's name, blanks and one line feed; SETTINGS may stand between, as the engine allows. */
function formatted(text: string, name: Token, headEnd: number, settings: Token | undefined): DataInsert {
  const late = settings
    ? undefined
    : /\s*(SETTINGS\s+\w+\s*=\s*(?:'(?:[^'\\]|\\.)*'|[\w.+-]+)(?:\s*,\s*\w+\s*=\s*(?:'(?:[^'\\]|\\.)*'|[\w.+-]+))*)/iy;
  if (late) late.lastIndex = name.end;
  const found = late?.exec(text);
  const { fromFile, ...rest } = data(text, name.text, headEnd, found ? late!.lastIndex : name.end, settings);
  if (!found) return { ...rest, fromFile };
  return {
    ...rest,
    fromFile: (file, compression) =>
      `${text.slice(0, headEnd)}${infile(file, compression)} ${found[1]} FORMAT ${name.text}`,
  };
}

function data(text: string, format: string, headEnd: number, end: number, settings: Token | undefined): DataInsert {
  const gap = /[ \t]*;?[ \t]*(?:\r?\n)?/y;
  gap.lastIndex = end;
  gap.test(text);
  const cut = settings?.start ?? headEnd;
  return {
    format,
    dataStart: Math.max(gap.lastIndex, end),
    fromFile: (file, compression) =>
      `${text.slice(0, cut)} ${infile(file, compression)} ${text.slice(cut, headEnd)} FORMAT ${format}`,
  };
}

function bare(text: string, end: number, settings: Token | undefined): DataInsert {
  return { ...data(text, 'Values', end, end, settings), dataStart: text.length };
}

/** `input('a Int8, b String')` becomes `file('x', 'Format', 'a Int8, b String')`. */
function throughInput(
  text: string,
  name: Token,
  headEnd: number,
  input: { start: number; end: number; structure: string },
): DataInsert {
  const plain = data(text, name.text, headEnd, name.end, undefined);
  return {
    ...plain,
    fromFile: (file, compression) =>
      `${text.slice(0, input.start)}file('${file}', '${name.text}', ${input.structure}, '${compression}')${text.slice(input.end, headEnd)}`,
  };
}

function inputCall(
  stream: Iterator<Token>,
  word: Token,
): { start: number; end: number; structure: string } | undefined {
  const [open, structure, close] = [next(stream), next(stream), next(stream)];
  if (!isMark(open, '(') || structure?.kind !== 'string' || !isMark(close, ')')) return undefined;
  return { start: word.start, end: close!.end, structure: structure.text };
}

function infile(file: string, compression: string): string {
  return `FROM INFILE '${file}' COMPRESSION '${compression}'`;
}

function next(stream: Iterator<Token>): Token | undefined {
  const { done, value } = stream.next();
  return done ? undefined : value;
}

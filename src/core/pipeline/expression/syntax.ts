import jsep from 'jsep';
import { messageOf, type PipeError, usageError } from '../../runtime/errors.js';

/** What jsep parsed, with its place in the text: 0-based, end exclusive. */
export type Syntax = jsep.CoreExpression & { start?: number; end?: number };

const longest = 1_000;

/** The syntax tree of one expression. Throws a usage error that names the character; which operators and calls exist is checked afterwards. */
export function parseSyntax(text: string): Syntax {
  if (text.trim() === '') throw usageError('expected an expression, got nothing', undefined, 'CONFIG');
  if (text.length > longest)
    throw usageError(`expected at most ${longest} characters, got ${text.length}`, undefined, 'CONFIG');
  const tree = parsed(text);
  if (tree.type === 'Compound') throw twoExpressions(text, tree);
  const separator = /^\s*[,;]|[,;]\s*$/.exec(text);
  if (separator) throw syntaxError(`unexpected "${separator[0].trim()}"`, text.indexOf(separator[0].trim()));
  return tree;
}

/** A usage error at a place of the text; characters count from 1 for people. */
export function syntaxError(message: string, at: number, advice?: string): PipeError {
  return usageError(`${message} at character ${at + 1}${advice ? `; ${advice}` : ''}`, undefined, 'CONFIG');
}

/** Where a node begins: binary nodes have no place of their own, their left end has. */
export function startOf(node: Syntax): number {
  return node.type === 'BinaryExpression' ? startOf(node.left as Syntax) : (node.start ?? 0);
}

jsep.addBinaryOp('in', jsep.binary_ops['<']!);

// Jsep notes no places: each token is parsed inside this hook, once, and is given its own.
let inside = false;
jsep.hooks.add('gobble-token', function (env) {
  inside = !inside;
  if (!inside) return;
  const start = this.index;
  const node = this.gobbleToken();
  if (node) env.node = { ...node, start, end: this.index };
});

function parsed(text: string): Syntax {
  inside = false;
  try {
    return jsep(text) as Syntax;
  } catch (error) {
    if (error instanceof RangeError) throw usageError('expected fewer nested brackets', undefined, 'CONFIG');
    if (!(error instanceof Error) || !('index' in error)) throw usageError(messageOf(error), undefined, 'CONFIG');
    const at = Number(error.index);
    const message = 'description' in error ? String(error.description) : error.message;
    const advice = /[^=!<>]=[^=]/.test(text.slice(Math.max(0, at - 1), at + 2)) ? 'equality is ==' : undefined;
    throw syntaxError(message.charAt(0).toLowerCase() + message.slice(1), at, advice);
  }
}

const words: Record<string, string> = { and: '&&', or: '||', AND: '&&', OR: '||', not: '!', NOT: '!', IN: 'in' };

function twoExpressions(text: string, tree: jsep.Compound): PipeError {
  const [first, second] = tree.body as Syntax[];
  if (!first || !second) return usageError(`expected an expression, got "${text}"`, undefined, 'CONFIG');
  const word = [first, second].find((node) => node.type === 'Identifier' && words[String(node.name)] !== undefined);
  if (word) return syntaxError(`unexpected "${word.name}"`, startOf(word), `write ${words[String(word.name)]}`);
  return syntaxError(`expected an operator, got "${text.slice(startOf(second)).trim()}"`, startOf(second));
}

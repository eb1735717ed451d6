import type { Comparison, Expression } from './expression.js';

type Compare = Extract<Expression, { kind: 'compare' }>;
type Of<Kind extends Expression['kind']> = Extract<Expression, { kind: Kind }>;

/**
 * Straight-line JavaScript for one expression over the row `r`. Numbers carry null as NaN, which arithmetic spreads by itself; truth has three
 * values, so each condition is written as two: that it holds (isTrue) and that it does not (isFalse). Null is neither.
 */
export class Emitter {
  /** String literals, by the index under which the code asks for them. */
  readonly texts: string[] = [];
  private readonly bindings = new Map<string, string>();
  private readonly temporaries = new Map<string, string>();
  /** Each node is written once: a bool's value stands on both isTrue and isFalse, which would double at every level. */
  private readonly values = new Map<Expression, string>();

  /** What is bound once per batch. */
  prelude(): string {
    return [...this.bindings].map(([code, name]) => `const ${name} = ${code};`).join(' ');
  }

  /** What is computed once per row, before the result. */
  body(): string {
    return [...this.temporaries].map(([code, name]) => `const ${name} = ${code};`).join(' ');
  }

  /** Code whose value is the expression's, NaN for null. */
  value(expression: Expression): string {
    const code = this.values.get(expression) ?? this.valueCode(expression);
    this.values.set(expression, code);
    return code;
  }

  private valueCode(expression: Expression): string {
    if (expression.type === 'bool' && expression.kind !== 'field')
      return `(${this.isTrue(expression)} ? 1 : ${this.isFalse(expression)} ? 0 : NaN)`;
    switch (expression.kind) {
      case 'literal':
        return numeral(expression.value);
      case 'field':
        return expression.type === 'string' ? this.idOrNull(expression.column) : this.number(expression.column);
      default:
        return this.arithmetic(expression as Of<'arithmetic'>);
    }
  }

  isTrue(expression: Expression): string {
    switch (expression.kind) {
      case 'literal':
        return String(expression.value === true);
      case 'logical':
        return `(${this.isTrue(expression.left)} ${expression.operator} ${this.isTrue(expression.right)})`;
      case 'not':
        return this.isFalse(expression.operand);
      case 'compare':
        return this.comparison(expression, expression.operator);
      case 'in':
        return this.member(expression, '===', ' || ');
      case 'is_null':
        return `(${this.nullTest(expression.operand)})`;
      default:
        return `(${this.value(expression)} === 1)`;
    }
  }

  isFalse(expression: Expression): string {
    switch (expression.kind) {
      case 'literal':
        return String(expression.value === false);
      case 'logical': {
        const dual = expression.operator === '&&' ? '||' : '&&';
        return `(${this.isFalse(expression.left)} ${dual} ${this.isFalse(expression.right)})`;
      }
      case 'not':
        return this.isTrue(expression.operand);
      case 'compare':
        return this.comparison(expression, opposite[expression.operator]);
      case 'in':
        return `(!(${this.nullTest(expression.operand)}) && ${this.member(expression, '!==', ' && ')})`;
      case 'is_null':
        return `!(${this.nullTest(expression.operand)})`;
      default:
        return `(${this.value(expression)} === 0)`;
    }
  }

  private arithmetic({ operator, left, right, type, scale }: Of<'arithmetic'>): string {
    if (operator === '/') {
      const divisor = this.temporary(this.asFloat(right));
      return this.temporary(`${divisor} === 0 ? NaN : ${this.asFloat(left)} / ${divisor}`);
    }
    const unit = operator === '*' ? undefined : scale;
    const [a, b] =
      type === 'float' ? [this.asFloat(left), this.asFloat(right)] : [this.at(left, unit), this.at(right, unit)];
    return this.temporary(`${a} ${operator} ${b}`);
  }

  /** Written so that a NaN on either side makes it false, for an operator and for its opposite alike. */
  private comparison({ left, right }: Compare, operator: Comparison): string {
    if (left.type === 'string') return this.stringComparison(left, right, operator);
    const float = left.type === 'float' || right.type === 'float';
    const unit = Math.max(left.scale, right.scale);
    const a = this.temporary(float ? this.asFloat(left) : this.at(left, unit));
    const b = this.temporary(float ? this.asFloat(right) : this.at(right, unit));
    if (operator === '!=') return `(${a} < ${b} || ${a} > ${b})`;
    return `(${a} ${operator === '==' ? '===' : operator} ${b})`;
  }

  private stringComparison(left: Expression, right: Expression, operator: Comparison): string {
    const equals = operator === '==';
    if (left.kind === 'literal' && right.kind === 'field') return this.stringComparison(right, left, operator);
    if (left.kind === 'field' && right.kind === 'literal') {
      const id = this.temporary(`${this.ids(left.column)}[r]`);
      const wanted = this.idOf(left.column, String(right.value));
      return equals ? `(${id} === ${wanted})` : `(${id} >= 0 && ${id} !== ${wanted})`;
    }
    const [a, b] = [this.temporary(this.text(left)), this.temporary(this.text(right))];
    return `(${a} !== null && ${b} !== null && ${a} ${equals ? '===' : '!=='} ${b})`;
  }

  private member({ operand, values }: Of<'in'>, operator: string, joint: string): string {
    const literal = operand.kind === 'literal';
    if (operand.type === 'string' && literal)
      return String(values.includes(operand.value as string) === (operator === '==='));
    const [value, wanted] =
      operand.type === 'string' && operand.kind === 'field'
        ? [`${this.ids(operand.column)}[r]`, values.map((each) => this.idOf(operand.column, String(each)))]
        : [this.value(operand), values.map((each) => numeral(Number(each)))];
    const name = this.temporary(value);
    return `(${wanted.map((each) => `${name} ${operator} ${each}`).join(joint)})`;
  }

  private nullTest(operand: Expression): string {
    if (operand.type === 'string')
      return operand.kind === 'field' ? `${this.bind(`access.marks(${operand.column})`)}[r] < 0` : 'false';
    const value = this.temporary(this.value(operand));
    return `${value} !== ${value}`;
  }

  /** The value as an integer of `scale` digits; of its own scale without. */
  private at(expression: Expression, scale = expression.scale): string {
    const factor = 10 ** (scale - expression.scale);
    return factor === 1 ? this.value(expression) : `(${this.value(expression)} * ${factor})`;
  }

  /** Divided, not multiplied by a fraction: the nearest double, as ClickHouse's toFloat64 gives. */
  private asFloat(expression: Expression): string {
    const value = this.value(expression);
    return expression.scale === 0 ? value : `(${value} / ${10 ** expression.scale})`;
  }

  private number(column: number): string {
    return this.temporary(`${this.bind(`access.numbers(${column})`)}[r]`);
  }

  private ids(column: number): string {
    return this.bind(`access.ids(${column})`);
  }

  private idOrNull(column: number): string {
    const id = this.temporary(`${this.ids(column)}[r]`);
    return `(${id} < 0 ? NaN : ${id})`;
  }

  private idOf(column: number, text: string): string {
    return this.bind(`access.idOf(${column}, ${this.textIndex(text)})`);
  }

  private text(expression: Expression): string {
    if (expression.kind === 'field') return `${this.bind(`access.textAt(${expression.column})`)}(r)`;
    return this.bind(`access.text(${this.textIndex(String((expression as Of<'literal'>).value))})`);
  }

  private textIndex(text: string): number {
    const known = this.texts.indexOf(text);
    return known >= 0 ? known : this.texts.push(text) - 1;
  }

  private bind(code: string): string {
    return named(this.bindings, code, 'b');
  }

  /** A name for a value, the same name for the same code: expressions have no effects, so each is computed once per row. */
  private temporary(code: string): string {
    return named(this.temporaries, code, 't');
  }
}

function named(names: Map<string, string>, code: string, prefix: string): string {
  const known = names.get(code);
  if (known) return known;
  const name = `${prefix}${names.size}`;
  names.set(code, name);
  return name;
}

const opposite: Record<Comparison, Comparison> = { '==': '!=', '!=': '==', '<': '>=', '<=': '>', '>': '<=', '>=': '<' };

/** The only place where a value of the file enters the code. */
function numeral(value: unknown): string {
  if (typeof value !== 'number') throw new TypeError(`expected a number, got ${typeof value}`);
  return value < 0 ? `(${value})` : String(value);
}

import type { PlanAggregate } from '../../pipeline/plan.js';
import { tolerance } from '../tolerance.js';
import type { Result } from './accumulators.js';

/** Whether a stored aggregate, as ClickHouse writes it in JSON with wide numbers as text, is the expected one. */
export function agrees(aggregate: PlanAggregate, expected: Result, stored: unknown): boolean {
  if (expected === null || stored === null) return expected === stored;
  const { relative, absolute } = tolerance(aggregate);
  if (relative > 0 || absolute > 0) {
    const wanted = Number(expected);
    return Math.abs(Number(stored) - wanted) <= absolute + relative * Math.abs(wanted);
  }
  switch (aggregate.type) {
    case 'string':
    case 'bool':
      return expected === stored;
    case 'float':
      return expected === Number(stored);
    default:
      return BigInt(expected) === unscaled(String(stored), aggregate.scale);
  }
}

/** As people read it: decimals with their point. */
export function shown({ type, scale }: Pick<PlanAggregate, 'type' | 'scale'>, result: Result): unknown {
  if (result === null || type !== 'decimal') return typeof result === 'bigint' ? String(result) : result;
  const digits = String(result)
    .replace('-', '')
    .padStart(scale + 1, '0');
  const point = scale === 0 ? '' : `.${digits.slice(-scale)}`;
  return `${Number(result) < 0 ? '-' : ''}${digits.slice(0, digits.length - scale)}${point}`;
}

/** The text of a decimal without its point, "1.5" of scale 2 being 150; undefined for any other text. */
function unscaled(text: string, scale: number): bigint | undefined {
  const match = /^(-?\d+)(?:\.(\d+))?$/.exec(text);
  const fraction = match?.[2] ?? '';
  return match && fraction.length <= scale ? BigInt(match[1] + fraction.padEnd(scale, '0')) : undefined;
}

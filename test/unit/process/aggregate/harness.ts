import fc from 'fast-check';
import type { AggregateFunction, PlanAggregate } from '../../../../src/core/pipeline/plan.js';
import type { FieldType } from '../../../../src/core/pipeline/schema.js';
import { aggregateTypes } from '../../../../src/core/process/aggregate/registry.js';
import type { AggregateState, AggregateValue } from '../../../../src/core/process/aggregate/state.js';
import { Dictionary } from '../../../../src/core/process/dictionary.js';
import { StateReader } from '../../../../src/core/process/snapshot/reader.js';
import { StateWriter } from '../../../../src/core/process/snapshot/writer.js';

export function aggregateOf(called: AggregateFunction, type: FieldType, scale = 0, quantile?: number): PlanAggregate {
  const argument = { kind: 'field', column: 0, name: 'x', type, scale } as const;
  return { name: 'a', function: called, argument, quantile, type, scale };
}

/** One value for one group, where and when it came. NaN is null. */
export interface Fed {
  group: number;
  value: number;
  time: number;
  partition: number;
  offset: number;
}

export const groups = 3;

export function fresh(aggregate: PlanAggregate, dictionary = new Dictionary()): AggregateState {
  const state = aggregateTypes[aggregate.function].create(aggregate, dictionary);
  state.ensure(groups);
  return state;
}

export function feed(state: AggregateState, fed: readonly Fed[]): AggregateState {
  for (const partition of new Set(fed.map((each) => each.partition))) {
    const some = fed.filter((each) => each.partition === partition);
    state.add(
      Int32Array.from(some, ({ group }) => group),
      Int32Array.from(some, (_, row) => row),
      some.length,
      {
        values: Float64Array.from(some, ({ value }) => value),
        times: Float64Array.from(some, ({ time }) => time),
        offsets: Float64Array.from(some, ({ offset }) => offset),
        partition,
      },
    );
  }
  return state;
}

export function reread(aggregate: PlanAggregate, state: AggregateState, into: Dictionary): AggregateState {
  const writer = new StateWriter();
  state.write(writer, groups);
  const reader = new StateReader(writer.finish());
  const copy = aggregateTypes[aggregate.function].create(aggregate, into);
  copy.read(reader, groups);
  copy.ensure(groups);
  if (!reader.ended) throw new Error(`${aggregate.function}: bytes are left over`);
  return copy;
}

/**
 * The results by group when the values are dealt to several states (workers, slices) that are written, read and merged in some order. Group g
 * of a part is merged into group 2 - g and back, so that places differ.
 */
export function merged(
  aggregate: PlanAggregate,
  parts: readonly (readonly Fed[])[],
  dictionary = new Dictionary(),
): AggregateValue[] {
  const whole = fresh(aggregate, dictionary);
  for (const part of parts) {
    const turned = part.map((each) => ({ ...each, group: groups - 1 - each.group }));
    const state = reread(aggregate, feed(fresh(aggregate, dictionary), turned), dictionary);
    whole.merge(state, Int32Array.of(2, 0, 1), Int32Array.of(0, 2, 1), groups);
  }
  return Array.from({ length: groups }, (_, group) => whole.result(group));
}

/** Values dealt to up to four parts; each with a place that no other has. */
export function dealt(value: fc.Arbitrary<number>, maxLength = 60): fc.Arbitrary<Fed[][]> {
  const one = fc.record({
    group: fc.nat(groups - 1),
    value: fc.oneof({ weight: 9, arbitrary: value }, { weight: 1, arbitrary: fc.constant(Number.NaN) }),
    time: fc.nat(20),
    partition: fc.nat(2),
    part: fc.nat(3),
  });
  return fc.array(one, { maxLength }).map((all) => {
    const parts: Fed[][] = [[], [], [], []];
    for (const [offset, { part, ...each }] of all.entries()) parts[part]!.push({ ...each, offset });
    return parts;
  });
}

export function valuesOf(parts: readonly (readonly Fed[])[], group: number): number[] {
  return parts
    .flat()
    .filter((each) => each.group === group && !Number.isNaN(each.value))
    .map(({ value }) => value);
}

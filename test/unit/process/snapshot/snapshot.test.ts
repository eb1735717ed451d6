import { describe, expect, it } from 'vitest';
import { Dictionary } from '../../../../src/core/process/dictionary.js';
import { Engine } from '../../../../src/core/process/engine.js';
import { stateFingerprint } from '../../../../src/core/process/snapshot/plan-parts.js';
import { StateReader } from '../../../../src/core/process/snapshot/reader.js';
import { StateWriter } from '../../../../src/core/process/snapshot/writer.js';
import { counted, planOf, Trial, times } from '../support.js';

const plan = planOf(counted);

function saved(partitions = [0, 1]) {
  const trial = new Trial(plan, partitions);
  trial.feed({ at: 5 }, { at: 7, partition: 1 });
  return trial.engine.snapshot();
}

describe('a snapshot', () => {
  it('has two sections per partition and one for the windows', () => {
    expect([...saved().keys()].sort()).toEqual(['ids-0', 'ids-1', 'partition-0', 'partition-1', 'windows']);
  });

  it('brings back counters, watermarks and ids, and changes nothing for the engine that took it', () => {
    const trial = new Trial(plan);
    trial.feed({ at: 5, id: 'a' }, { at: 100 }, { at: 0 }, { user: 1 });
    trial.advance();
    const restored = new Trial(plan);
    restored.engine.restore(trial.engine.snapshot());
    expect(restored.engine.counts()).toEqual(trial.engine.counts());
    expect(restored.engine.watermark).toBe(90);
    for (const each of [trial, restored]) {
      expect(each.feed({ at: 95, id: 'b' }, { at: 95, id: 'b' }, { at: 70 })).toEqual([
        'aggregated',
        'duplicate',
        'late',
      ]);
      expect(each.finish()).toEqual(['[90,100): 1 ~', '[100,110): 1 ~']);
    }
  });

  it('remembers what was emitted: nothing is emitted again, changes of it still are', () => {
    const trial = new Trial(plan);
    trial.feed({ at: 5 }, { at: 19 });
    expect(trial.advance()).toEqual(['[0,10): 1']);
    trial.feed({ at: 6 });
    const restored = new Trial(plan);
    restored.engine.restore(trial.engine.snapshot());
    expect(restored.advance()).toEqual(['[0,10): 2']);
    expect(restored.advance()).toEqual([]);
  });

  it('remembers what was freed: a partition that idled brings late events right after the restart', () => {
    const trial = new Trial(plan, [0, 1]);
    trial.feed({ at: 5, partition: 1 }, { at: 100 });
    trial.advance([1]);
    const restored = new Trial(plan, [0, 1]);
    restored.engine.restore(trial.engine.snapshot());
    expect(restored.feed({ at: 8, partition: 1 })).toEqual(['lateIdle']);
  });

  it('is a cut with the ids of all cuts so far', () => {
    const trial = new Trial(plan);
    const cuts = [['a'], [], ['b', 'c']].map((ids) => {
      trial.feed(...ids.map((id) => ({ at: 5, id })));
      return trial.engine.cut();
    });
    const restored = new Trial(plan);
    restored.engine.restore(cuts.at(-1)!.sections);
    for (const { ids } of cuts)
      for (const [partition, { bytes }] of ids) if (bytes) restored.engine.remember(partition, bytes);
    expect(restored.engine.snapshot()).toEqual(trial.engine.snapshot());
    expect(cuts.map(({ ids }) => ids.get(0)!.bytes === undefined)).toEqual([false, true, false]);
    expect(restored.feed({ at: 5, id: 'a' }, { at: 5, id: 'c' }, { at: 5, id: 'd' })).toEqual([
      'duplicate',
      'duplicate',
      'aggregated',
    ]);
  });

  it('can be read by an engine of some of its partitions', () => {
    const engine = new Engine(plan, [1]);
    engine.restore(saved());
    expect(engine.counts()).toMatchObject([{ partition: 1, consumed: 1 }]);
  });
});

describe('a snapshot is refused, with the reason,', () => {
  const refusal = (sections: Map<string, Uint8Array>, other = plan, partitions = [0, 1]) => {
    try {
      new Engine(other, partitions).restore(sections);
      return 'accepted';
    } catch (error) {
      return (error as Error).message.replace('the saved state of the engine cannot be taken up: ', '');
    }
  };

  it.each([
    [counted.replace('[10]', '[20]'), times(), 'windows.w changed'],
    [counted.replace('count()', 'sum(amount)'), times(), 'windows.w changed'],
    [counted.replace('aggregates', 'where: flag\n    aggregates'), times(), 'windows.w changed'],
    [counted.replace('aggregates', 'by: [user]\n    aggregates'), times(), 'windows.w changed'],
    [counted.replace('w:', 'v:'), times(), 'windows.v is new, windows.w is gone'],
    [counted, times(11), 'time.out_of_orderness changed'],
    [counted, times(10, 21), 'time.allowed_lateness changed'],
    [counted, times(10, 20, 2000), 'deduplicate.horizon changed'],
  ])('by another pipeline file: %#', (windows, more, expected) => {
    expect(refusal(saved(), planOf(windows, more))).toBe(`it was made with another pipeline file: ${expected}`);
    expect(stateFingerprint(planOf(windows, more))).not.toBe(stateFingerprint(plan));
  });

  it('and not by changes that touch no state', () => {
    expect(refusal(saved(), planOf(counted.replace('w:', 'w:\n    description: new')))).toBe('accepted');
    expect(refusal(saved(), planOf(counted, times(10, 20, 1000, 7)))).toBe('accepted');
  });

  it('when a partition is missing', () => {
    expect(refusal(saved(), plan, [0, 1, 2])).toBe(
      'expected a section partition-2, found partition-0, partition-1, windows, ids-0, ids-1',
    );
  });

  it('when bytes are missing or left over, at any place', () => {
    const all = saved();
    for (const [name, whole] of all) {
      const answers = new Set<string>();
      for (let length = 0; length < whole.length; length++)
        answers.add(refusal(new Map(all).set(name, whole.subarray(0, length))).split(':')[0]!);
      expect([...answers]).toEqual([`section ${name} is damaged`]);
      const longer = new Map(all).set(name, Uint8Array.of(...whole, 0));
      expect(refusal(longer)).toBe(`section ${name} is damaged: bytes are left over`);
    }
  });
});

it('strings are written once, and ids become those of the reader’s dictionary', () => {
  const [from, to] = [new Dictionary(), new Dictionary()];
  const ids = Int32Array.of(from.idOf('a'), from.idOf('é"'), -1, 0);
  to.idOf('other');
  const writer = new StateWriter();
  writer.text('a');
  writer.ids(ids, from);
  writer.number(0.1);
  writer.array(Uint8Array.of(7));
  const reader = new StateReader(writer.finish());
  expect(reader.text()).toBe('a');
  expect(Array.from(reader.ids(to), (id) => (id < 0 ? null : to.textOf(id)))).toEqual(['a', 'é"', null, 'a']);
  expect([reader.number(), [...reader.octets()], reader.ended]).toEqual([0.1, [7], true]);
  expect(to.size).toBe(3);
});

import { describe, expect, test } from 'vitest';
import { eachRecord, recordBytes } from '../../../../src/core/broker/record-batch/decode.js';
import { PartitionRun, partitionEvents } from '../../../../src/core/generate/partition-run.js';
import type { Workload } from '../../../../src/core/generate/workload.js';
import { nextIntended, replayedRuns } from '../../../../src/core/run/generate/resume.js';
import { type SendTask, sendRun } from '../../../../src/core/run/generate/send-run.js';
import { createRun, type HeldRun, holdRun, releaseRun } from '../../../../src/core/run/ledger/runs.js';
import { type Fault, SimulatedBroker } from '../../broker/simulated-broker.js';
import { VirtualClock } from '../../virtual-clock.js';
import { headerFor, meterWorkload, start, temporaryHome } from '../support.js';

function valuesIn(broker: SimulatedBroker): { time: number; value: string }[] {
  const values: { time: number; value: string }[] = [];
  for (const { header, bytes } of broker.log) {
    const range = recordBytes(bytes, header);
    eachRecord(header, range, (_offset, time, _key, _keyEnd, from, to) =>
      values.push({ time, value: range.bytes.toString('utf8', from, to) }),
    );
  }
  return values;
}

/** What the run is to send: the generator's own events. */
function expectedOf(workload: Workload): { time: number; value: string }[] {
  return [...partitionEvents(workload, 0)].map(({ recordTime, buffer, start: from, end }) => ({
    time: recordTime,
    value: Buffer.from(buffer.subarray(from, end)).toString('utf8'),
  }));
}

function task(
  broker: SimulatedBroker,
  { ledger }: HeldRun,
  runs: PartitionRun[],
  change: Partial<SendTask> = {},
): SendTask {
  return {
    client: broker.client,
    ledger,
    runs,
    origin: broker.clock.monotonic() - start,
    unpaced: false,
    signal: new AbortController().signal,
    observe: () => () => undefined,
    ...change,
  };
}

describe('sending a run', () => {
  test('every event goes out once, at its time, and is on file', async () => {
    const workload = meterWorkload({ durationMs: 3_000, distortions: { repeat: 0.05, discard: 0.05, corrupt: 0.02 } });
    const broker = new SimulatedBroker([], new VirtualClock());
    const held = createRun(temporaryHome(), headerFor(workload));
    const result = await sendRun(task(broker, held, [new PartitionRun(workload, 0)]));
    const expected = expectedOf(workload);
    expect(valuesIn(broker)).toEqual(expected);
    expect(result).toMatchObject({ sent: expected.length, acked: expected.length, complete: true });
    expect(result.lag.max).toBeLessThan(25);
    expect(held.ledger.state).toMatchObject({
      end: { how: 'complete', totals: result.totals },
      partitions: [{ records: expected.length }],
    });
    releaseRun(held);
  });

  // sent     ──────────────╳ 2 s of silence ╳──────
  // intended ───────────────────────────────────────
  test('a broker that stands still for 2 s makes events 2 s late, and none fewer', async () => {
    const workload = meterWorkload({ durationMs: 6_000, rate: 200 });
    const broker = new SimulatedBroker([], new VirtualClock(), (request) => (request === 100 ? 2_000 : 0));
    const held = createRun(temporaryHome(), headerFor(workload));
    const { lag, acked } = await sendRun(task(broker, held, [new PartitionRun(workload, 0)]));
    expect(acked).toBe(1_200);
    expect(valuesIn(broker)).toEqual(expectedOf(workload));
    // Five batches are on the way before the silence is felt.
    expect(lag.max).toBeGreaterThan(1_900);
    expect(lag.max).toBeLessThan(2_020);
    releaseRun(held);
  });

  test('unpaced it takes no time of its own, and stops at its limit', async () => {
    const workload = meterWorkload({ rate: 'max', durationMs: 300 });
    const broker = new SimulatedBroker([], new VirtualClock(), () => 10);
    const held = createRun(temporaryHome(), headerFor(workload));
    const result = await sendRun(task(broker, held, [new PartitionRun(workload, 0)], { unpaced: true, limitMs: 300 }));
    expect(result.complete).toBe(true);
    expect(result.acked).toBe(valuesIn(broker).length);
    // About thirty answers in that time, a full batch each.
    expect(broker.log.length).toBeGreaterThan(25);
    expect(broker.log.length).toBeLessThan(40);
    expect(result.lag).toEqual({ p50: null, p99: null, max: null });
    releaseRun(held);
  });

  test('a failure that nothing mends is thrown, with what was acknowledged on file', async () => {
    const workload = meterWorkload({ durationMs: 400_000, rate: 100 });
    const faults: Fault[] = [...Array<Fault>(50).fill('none'), ...Array<Fault>(2_000).fill('lost request')];
    const broker = new SimulatedBroker(faults, new VirtualClock());
    const held = createRun(temporaryHome(), headerFor(workload));
    await expect(sendRun(task(broker, held, [new PartitionRun(workload, 0)]))).rejects.toMatchObject({
      code: 'KAFKA_NO_ACK',
    });
    expect(held.ledger.state.partitions[0]!.records).toBe(valuesIn(broker).length);
    expect(held.ledger.state.end).toBeUndefined();
    releaseRun(held);
  });

  test('stopped and gone on with, twice: nothing lost, nothing twice, later times moved by the time it was away', async () => {
    const workload = meterWorkload({
      durationMs: 9_000,
      rate: 100,
      distortions: { repeat: 0.1, discard: 0.1, corrupt: 0 },
    });
    const clock = new VirtualClock(start);
    const broker = new SimulatedBroker([], clock);
    const home = temporaryHome();
    const stopAfter = async (held: HeldRun, runs: PartitionRun[], origin: number, ms: number) => {
      const stop = new AbortController();
      void clock.sleep(ms).then(() => stop.abort());
      return sendRun(task(broker, held, runs, { origin, signal: stop.signal }));
    };
    const first = createRun(home, headerFor(workload));
    const stopped = await stopAfter(first, [new PartitionRun(workload, 0)], -start, 3_000);
    expect(stopped.complete).toBe(false);
    releaseRun(first);
    for (const away of [60_000, 5_000]) {
      await clock.sleep(away);
      const held = holdRun(home, 'meter', undefined);
      expect(held.ledger.state.end?.how).toBe('stopped');
      held.ledger.rebase(Math.ceil(clock.now() - nextIntended(workload, held.ledger)!));
      await stopAfter(held, replayedRuns(workload, held.ledger), clock.monotonic() - clock.now(), 3_000);
      releaseRun(held);
    }
    const last = holdRun(home, 'meter', undefined);
    await sendRun(task(broker, last, replayedRuns(workload, last.ledger), { origin: clock.monotonic() - clock.now() }));
    const ids = (events: { value: string }[]) => events.map(({ value }) => JSON.parse(value).id);
    const sent = valuesIn(broker);
    expect(ids(sent)).toEqual(ids(expectedOf(workload)));
    expect(last.ledger.state.end?.how).toBe('complete');
    const times = sent.map(({ time }) => time);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    const gaps = times.map((time, at) => time - (times[at - 1] ?? start)).filter((gap) => gap > 1_000);
    expect(gaps).toHaveLength(2);
    expect(gaps[0]).toBeGreaterThan(59_000);
    // An event's own time moves with its intended one; only a repeat keeps that of its original.
    expect(sent.filter(({ time, value }) => time !== JSON.parse(value).at).length).toBeLessThan(sent.length * 0.15);
    releaseRun(last);
  });
});

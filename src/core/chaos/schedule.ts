import { type Random, randomStream } from '../generate/random.js';
import { usageError } from '../runtime/errors.js';
import { type FaultName, faults } from './faults/registry.js';
import type { TargetName } from './targets/target.js';

export interface ScheduledFault {
  /** Milliseconds after the load began. */
  atMs: number;
  target: TargetName;
  fault: FaultName;
  /** From strike to heal. */
  lastsMs: number;
}

export interface ScheduleOptions {
  seed: number;
  count: number;
  durationMs: number;
  targets: readonly TargetName[];
  kinds: readonly FaultName[];
  /** For all of them; each kind's own range when left out. */
  lastsMs?: number;
}

/** The load runs undisturbed for this share of the time at either end. */
const margin = 0.08;
/** Of the mean distance: the least between two faults. What is drawn beyond it is exponential, so that some fall on the recovery of others. */
const leastShare = 0.1;

/**
 * The same seed gives the same faults at the same times. Targets and kinds are dealt from a shuffled deck and not drawn anew each time, so that
 * in one deck's length each of them comes. Throws a usage error when no kind befalls any of the targets.
 */
export function planFaults(options: ScheduleOptions): ScheduledFault[] {
  const { seed, count, durationMs, targets, kinds } = options;
  const random = randomStream(seed, 'chaos');
  const deck = deckOf(targets, kinds);
  if (deck.length === 0)
    throw usageError(
      `none of the kinds ${kinds.join(', ')} befalls ${targets.join(' or ')}`,
      'Connections are cut and slowed of services only: kafka, clickhouse, postgres.',
    );
  let dealt: Card[] = [];
  return timesOf(random, count, durationMs).map((atMs) => {
    if (dealt.length === 0) dealt = shuffled(random, deck);
    const { target, fault } = dealt.pop()!;
    const [shortest, longest] = faults[fault].lastsMs;
    const drawn = Math.round(shortest + random.float() * (longest - shortest));
    return { atMs, target, fault, lastsMs: options.lastsMs ?? drawn };
  });
}

interface Card {
  target: TargetName;
  fault: FaultName;
}

function deckOf(targets: readonly TargetName[], kinds: readonly FaultName[]): Card[] {
  return kinds.flatMap((fault) => {
    const { befalls, weight } = faults[fault];
    const cards = targets.filter((target) => befalls.includes(target)).map((target) => ({ target, fault }));
    return Array.from({ length: weight }, () => cards).flat();
  });
}

function timesOf(random: Random, count: number, durationMs: number): number[] {
  const gaps = Array.from({ length: count + 1 }, () => leastShare + (1 - leastShare) * random.exponential());
  const whole = gaps.reduce((sum, gap) => sum + gap, 0);
  const span = durationMs * (1 - 2 * margin);
  let at = durationMs * margin;
  return gaps.slice(0, count).map((gap) => {
    at += (gap / whole) * span;
    return Math.round(at);
  });
}

/** Fisher and Yates's. */
function shuffled<T>(random: Random, cards: readonly T[]): T[] {
  const order = [...cards];
  for (let last = order.length - 1; last > 0; last--) {
    const other = random.int(last + 1);
    [order[last], order[other]] = [order[other]!, order[last]!];
  }
  return order;
}

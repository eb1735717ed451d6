import type { SessionWindow } from '../../pipeline/plan.js';
import type { Accumulator, Place } from './accumulators.js';
import type { Group, Part } from './part.js';
import type { Value } from './values.js';

interface Stay {
  place: Place;
  values: readonly Value[];
}

interface Stays {
  keys: Value[];
  /** The next multiple of maxDuration: sessions do not go beyond. */
  cut: number;
  events: Stay[];
}

/** The sessions of a window: each group's events between two cuts are kept, and told apart by their gaps once they are all there. */
export class SessionPart implements Part {
  readonly size = 0;
  private readonly window: Pick<SessionWindow, 'gap' | 'maxDuration'>;
  private readonly accumulators: () => Accumulator[];
  private readonly stays = new Map<string, Stays>();
  private events = 0;

  constructor(window: Pick<SessionWindow, 'gap' | 'maxDuration'>, accumulators: () => Accumulator[]) {
    this.window = window;
    this.accumulators = accumulators;
  }

  get groups(): number {
    return this.stays.size;
  }

  add(group: string, keys: Value[], values: readonly Value[], place: Place): void {
    const { maxDuration } = this.window;
    const cut = (Math.floor(place.time / maxDuration) + 1) * maxDuration;
    const identity = `${cut} ${group}`;
    const known = this.stays.get(identity);
    this.events++;
    if (known) known.events.push({ place, values });
    else this.stays.set(identity, { keys, cut, events: [{ place, values }] });
  }

  seal(frontier: number): Group[] {
    const sealed: Group[] = [];
    for (const [identity, stays] of this.stays) {
      const open: Stay[] = [];
      for (const session of this.sessionsOf(stays)) {
        const end = Math.min(session.at(-1)!.place.time + this.window.gap, stays.cut);
        if (end - 1 <= frontier) sealed.push(this.rowOf(stays, session, end));
        else open.push(...session);
      }
      this.events -= stays.events.length - open.length;
      stays.events = open;
      if (open.length === 0) this.stays.delete(identity);
    }
    return sealed;
  }

  held(): number {
    return this.events;
  }

  /** Events in the order of time, cut where one comes a gap or more after the one before. */
  private sessionsOf({ events }: Stays): Stay[][] {
    events.sort((a, b) => a.place.time - b.place.time);
    const sessions: Stay[][] = [];
    for (const event of events) {
      const last = sessions.at(-1)?.at(-1);
      if (last && event.place.time - last.place.time < this.window.gap) sessions.at(-1)!.push(event);
      else sessions.push([event]);
    }
    return sessions;
  }

  private rowOf({ keys }: Stays, session: readonly Stay[], end: number): Group {
    const accumulators = this.accumulators();
    for (const { place, values } of session)
      for (const [index, value] of values.entries()) if (value !== null) accumulators[index]!.add(value, place);
    return { start: session[0]!.place.time, end, keys, accumulators };
  }
}

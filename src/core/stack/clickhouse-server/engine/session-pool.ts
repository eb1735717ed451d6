import type { Session } from 'chdb';
import { type SessionState, transition, type Wanted } from '../sql/settings.js';

export interface Lease {
  session: Session;
  /** USE and SET to put before the statement. */
  prefix: string;
  /** log_comment of the statement: by it the engine can be told to stop it. */
  marker: string;
  /** `reusable` is false when the statement failed or left something behind in the session. */
  release(reusable: boolean): void;
}

interface Idle {
  session: Session;
  state: SessionState;
  marker: string;
}

const fresh: SessionState = { database: 'default', settings: new Map(), params: new Set() };

/** Sessions for statements that belong to no HTTP session: nothing of one statement is seen by the next. */
export interface SessionPool {
  /** May write. `needed` are the parameters the statement names: a session must not know one that the request does not give. */
  writer(wanted: Wanted, needed: ReadonlySet<string>, marker: string): Lease;
  /** readonly=1, which cannot be undone: such a session serves only requests with the same settings. */
  reader(wanted: Wanted, needed: ReadonlySet<string>): Lease;
  close(): void;
}

export function createSessionPool(open: () => Session, maxIdle: number): SessionPool {
  const writers: Idle[] = [];
  const readers = new Map<string, Idle[]>();
  let readerCount = 0;
  let serial = 0;

  const suits = (idle: Idle, wanted: Wanted, needed: ReadonlySet<string>) =>
    [...needed].every((name) => wanted.params.has(name) || !idle.state.params.has(name));
  const pick = (list: Idle[], wanted: Wanted, needed: ReadonlySet<string>): Idle | undefined => {
    const index = list.findLastIndex((idle) => suits(idle, wanted, needed));
    return index < 0 ? undefined : list.splice(index, 1)[0];
  };

  return {
    writer(wanted, needed, marker) {
      const { session, state } = pick(writers, wanted, needed) ?? { session: open(), state: fresh };
      const settings = new Map([...wanted.settings, ['log_comment', marker]]);
      const next = transition(state, { ...wanted, settings });
      return {
        session,
        prefix: next.sql,
        marker,
        release(reusable) {
          if (reusable && writers.length < maxIdle) writers.push({ session, state: next.state, marker });
          else session.close();
        },
      };
    },
    reader(wanted, needed) {
      const key = JSON.stringify([...wanted.settings].sort());
      const found = pick(readers.get(key) ?? [], wanted, needed);
      if (found) readerCount -= 1;
      serial += found ? 0 : 1;
      const { session, state, marker } = found ?? { session: open(), state: fresh, marker: `reader-session-${serial}` };
      const settings = new Map([...wanted.settings, ['log_comment', marker], ['readonly', '1']]);
      const next = transition(state, { ...wanted, settings });
      return {
        session,
        prefix: next.sql,
        marker,
        release(reusable) {
          if (!reusable) return session.close();
          if (readerCount >= maxIdle) evict();
          const list = [...(readers.get(key) ?? []), { session, state: next.state, marker }];
          readers.delete(key);
          readers.set(key, list);
          readerCount += 1;
        },
      };
    },
    close() {
      for (const { session } of [...writers, ...[...readers.values()].flat()]) session.close();
    },
  };

  /** Closes one session of the settings that were used longest ago. */
  function evict(): void {
    for (const [key, list] of readers) {
      const oldest = list.shift();
      if (list.length === 0) readers.delete(key);
      if (!oldest) continue;
      oldest.session.close();
      readerCount -= 1;
      return;
    }
  }
}

import { randomUUID } from 'node:crypto';
import type { Session } from 'chdb';
import { Exception } from '../http/errors.js';
import type { QueryRequest } from '../http/request.js';
import type { SessionState } from '../sql/settings.js';

/** A session that a client named: its tables, settings and database live on until it times out. */
export interface HttpSession {
  session: Session;
  /** What is set in the engine right now. */
  state: SessionState;
  /** log_comment of all its statements: fixed, since a client's SET readonly = 1 allows no SET after it. */
  marker: string;
  /** What the client's own USE and SET left: what every statement starts from. */
  database: string;
  settings: ReadonlyMap<string, string>;
}

export interface HttpSessions {
  /** Throws 372 when it must exist and does not, 373 while another statement runs in it. */
  enter(user: string, named: NonNullable<QueryRequest['session']>): { session: HttpSession; leave(): void };
  close(): void;
}

interface Entry {
  session: HttpSession;
  busy: boolean;
  timer?: NodeJS.Timeout;
}

const maxSessions = 500;

export function createHttpSessions(open: () => Session): HttpSessions {
  const entries = new Map<string, Entry>();

  const remove = (key: string) => {
    const entry = entries.get(key);
    clearTimeout(entry?.timer);
    entries.delete(key);
    entry?.session.session.close();
  };
  return {
    enter(user, { id, timeoutS, check, close }) {
      const key = JSON.stringify([user, id]);
      let entry = entries.get(key);
      if (!entry) {
        if (check) throw new Exception(372, 'SESSION_NOT_FOUND', `Session ${id} not found`);
        if (entries.size >= maxSessions)
          throw new Exception(202, 'TOO_MANY_SIMULTANEOUS_QUERIES', `Too many sessions are open: ${maxSessions}`);
        entry = { session: begin(open()), busy: false };
        entries.set(key, entry);
      }
      if (entry.busy) throw new Exception(373, 'SESSION_IS_LOCKED', `Session ${id} is locked by a concurrent client`);
      const entered = entry;
      entered.busy = true;
      clearTimeout(entered.timer);
      return {
        session: entered.session,
        leave() {
          entered.busy = false;
          if (close || timeoutS === 0) return remove(key);
          entered.timer = setTimeout(() => remove(key), timeoutS * 1000).unref();
        },
      };
    },
    close() {
      for (const key of [...entries.keys()]) remove(key);
    },
  };
}

function begin(session: Session): HttpSession {
  const marker = `session-${randomUUID()}`;
  return {
    session,
    marker,
    state: { database: 'default', settings: new Map(), params: new Set() },
    database: 'default',
    settings: new Map([['log_comment', marker]]),
  };
}

import type { Session } from 'chdb';
import type { HttpSession } from '../engine/http-sessions.js';
import { Exception } from '../http/errors.js';
import { isWord } from '../sql/lexer.js';
import { readerSettings } from '../sql/reader-policy.js';
import { baseSettings, type SessionState, transition } from '../sql/settings.js';
import type { Statement } from '../sql/statement.js';
import type { Call } from './service.js';

/** The session in which one statement runs. */
export interface Lease {
  session: Session;
  /** USE and SET to put before the statement. */
  prefix: string;
  /** log_comment of the statement: by it the engine can be told to stop it. */
  marker: string;
}

/** Ends the answer: called when the session is free again, so that a client's next statement finds it so. */
export type Finish = () => void;

type Use<Args extends unknown[]> = (...args: Args) => Promise<Finish>;

/**
 * Waits for a slot and runs `use` in a session that has the request's database, settings and parameters: the session that the
 * client named, or any one of the pool. The reader has no sessions of its own: readonly=1 leaves it nothing to keep there.
 */
export async function withLease(
  call: Call,
  statement: Statement | undefined,
  use: Use<[Lease, number]>,
): Promise<void> {
  const { service, role, request, queryId } = call;
  for (const name of request.settings.keys())
    if (!service.engine.settingNames.has(name))
      throw new Exception(115, 'UNKNOWN_SETTING', `Unknown setting '${name}'`);
  if (service.running.has(queryId))
    throw new Exception(216, 'QUERY_WITH_SAME_ID_IS_ALREADY_RUNNING', `Query with id = ${queryId} is already running`);
  const entered =
    request.session && role === 'writer'
      ? service.sessions.enter(service.config.users.writer.name, request.session)
      : undefined;
  let finish: Finish;
  try {
    const slot = await service.slots.take(role);
    try {
      finish = entered
        ? await inHttpSession(call, entered.session, statement, (lease) => use(lease, slot))
        : await inPool(call, statement, (lease) => use(lease, slot));
    } finally {
      service.running.delete(queryId);
      service.slots.give(slot, role);
    }
  } finally {
    entered?.leave();
  }
  finish();
}

async function inPool(call: Call, statement: Statement | undefined, use: Use<[Lease]>): Promise<Finish> {
  const { service, role, request, queryId } = call;
  const needed = statement?.substitutions ?? new Set<string>();
  const wanted = {
    database: request.database ?? 'default',
    settings: role === 'reader' ? readerSettings(request.settings, service.config.readerLimits) : request.settings,
    params: request.params,
  };
  const lease = role === 'reader' ? service.pool.reader(wanted, needed) : service.pool.writer(wanted, needed, queryId);
  service.running.set(queryId, lease.marker);
  let reusable = false;
  try {
    const finish = await use(lease);
    reusable = !call.reply.gone.aborted && !(statement && leavesState(statement));
    return finish;
  } finally {
    lease.release(reusable);
  }
}

async function inHttpSession(
  { service, request, queryId }: Call,
  session: HttpSession,
  statement: Statement | undefined,
  use: Use<[Lease]>,
): Promise<Finish> {
  const { state, sql } = transition(session.state, {
    database: request.database ?? session.database,
    settings: new Map([...session.settings, ...request.settings]),
    params: request.params,
  });
  // Until it went well nobody knows how much of it was done.
  session.state = unknownAfter(state);
  service.running.set(queryId, session.marker);
  const finish = await use({ session: session.session, prefix: sql, marker: session.marker });
  session.state = state;
  if (statement && leavesState(statement)) await rememberOwn(session, statement, request.settings);
  return finish;
}

/** What the client's own USE and SET left is where its next statement starts from; the request's settings held for that request alone. */
async function rememberOwn(
  session: HttpSession,
  statement: Statement,
  ofRequest: ReadonlyMap<string, string>,
): Promise<void> {
  const ask = async (sql: string) =>
    (await session.session.queryAsync(sql, { format: 'JSONCompactEachRow' })).text().trim();
  if (statement.keyword === 'USE')
    session.database = (JSON.parse(await ask('SELECT currentDatabase()')) as [string])[0];
  if (statement.keyword === 'SET') {
    const rows = (await ask('SELECT name, value FROM system.settings WHERE changed')).split('\n');
    const changed = rows.map((row) => JSON.parse(row) as [string, string]);
    const named = (name: string) => statement.tokens.some((token) => isWord(token, name.toUpperCase()));
    session.settings = new Map(
      changed.filter(
        ([name]) => !baseSettings.has(name) && (named(name) || session.settings.has(name) || !ofRequest.has(name)),
      ),
    );
  }
  session.state = {
    database: session.database,
    settings: new Map([...session.state.settings, ...session.settings]),
    params: session.state.params,
  };
}

function unknownAfter(state: SessionState): SessionState {
  return { ...state, database: '', settings: new Map([...state.settings.keys()].map((name) => [name, '\0'])) };
}

/** What it does outlives the statement in its session. */
function leavesState({ keyword, tokens }: Statement): boolean {
  return (
    keyword === 'USE' ||
    keyword === 'SET' ||
    keyword === 'BEGIN' ||
    tokens.slice(0, 4).some((token) => isWord(token, 'TEMPORARY'))
  );
}

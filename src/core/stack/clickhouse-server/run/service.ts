import type { Registry } from 'prom-client';
import type { ServerConfig } from '../config.js';
import type { Engine } from '../engine/engine.js';
import type { HttpSessions } from '../engine/http-sessions.js';
import type { ResultPipe } from '../engine/pipe.js';
import type { SessionPool } from '../engine/session-pool.js';
import type { Slots } from '../engine/slots.js';
import type { Role } from '../http/auth.js';
import { Exception } from '../http/errors.js';
import type { Reply } from '../http/reply.js';
import type { QueryRequest } from '../http/request.js';

/** What all requests share. */
export interface Service {
  config: ServerConfig;
  engine: Engine;
  slots: Slots;
  pool: SessionPool;
  sessions: HttpSessions;
  /** One for each slot. */
  pipes: ResultPipe[];
  /** Folder of bodies and results on their way; the working directory, so that their names need no path. */
  spool: string;
  /** The log_comment under which each running query is known to the engine, by query id. */
  running: Map<string, string>;
  /** What /metrics answers. */
  figures: Registry;
}

/** One request that was let in. */
export interface Call {
  service: Service;
  role: Role;
  request: QueryRequest;
  queryId: string;
  reply: Reply;
}

let serial = 0;

/** A name in the spool folder that no other request uses. */
export function spoolName(kind: 'in' | 'out'): string {
  serial += 1;
  return `${kind}-${serial}`;
}

/** Statements are handled as Latin-1, one character a byte; the engine takes text. */
export function utf8(latin1: string): string {
  return Buffer.from(latin1, 'latin1').toString('utf8');
}

export function readonlyError(call: Call): Exception {
  const user = call.service.config.users[call.role].name;
  const why =
    call.role === 'writer' && call.request.method === 'GET'
      ? '. For queries over HTTP, method GET implies readonly. You should use method POST for modifying queries'
      : '';
  return new Exception(164, 'READONLY', `${user}: Cannot execute query in readonly mode${why}`);
}

import type { Home } from '../../runtime/home.js';
import type { Runtime } from '../../runtime/runtime.js';
import type { Endpoints } from '../endpoints.js';
import type { OptionalServiceName, ServiceName } from '../services/service.js';

export const serviceStates = ['ready', 'starting', 'stopped', 'failed'] as const;

export interface ServiceStatus {
  name: ServiceName;
  state: (typeof serviceStates)[number];
  /** host:port or URL, as clients reach it. */
  address: string | null;
  version: string | null;
  /** The service's own process; null for what is not a process of ours. */
  pid: number | null;
  /** Why it is not ready. */
  detail: string | null;
}

export interface StackStatus {
  driver: string;
  services: ServiceStatus[];
}

/** What happens to one service while a stack comes up or goes down. */
export interface StackEvent {
  service: ServiceName;
  step: 'preparing' | 'starting' | 'ready' | 'running' | 'failed' | 'stopping' | 'stopped';
  /** Of `preparing`: what; of `failed`: why. */
  detail?: string;
  /** Milliseconds since its start began, of `ready` and `stopped`. */
  ms?: number;
}

export interface UpOptions {
  /** These services alone, whatever becomes of the others; the answer tells of them alone too. The whole stack when left out. */
  only?: readonly ServiceName[];
  /** Beside what the stack has already; of no account with `only`. */
  with?: readonly OptionalServiceName[];
  /** Takes a free port where the wanted one is taken. */
  anyPort: boolean;
  /** How long each service may take from the start of its process until it answers. */
  waitMs: number;
  onEvent(event: StackEvent): void;
}

export interface DownOptions {
  /** Removes the services' data as well, and what pipelines remember of it. */
  purge: boolean;
  onEvent(event: StackEvent): void;
}

/** A way to have a stack. `up` repairs what is missing and is safe to repeat; `down` resolves only when nothing runs. */
export interface Driver {
  name: string;
  up(options: UpOptions): Promise<StackStatus>;
  down(options: DownOptions): Promise<{ stopped: ServiceName[] }>;
  /** Asks each service; never throws because one is not there. */
  status(): Promise<StackStatus>;
  /** Of the services that run, without asking them. */
  endpoints(): Promise<Endpoints>;
}

export interface DriverContext {
  runtime: Runtime;
  home: Home;
}

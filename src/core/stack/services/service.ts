import type { Home } from '../../runtime/home.js';
import type { Runtime } from '../../runtime/runtime.js';
import type { Endpoints } from '../endpoints.js';
import type { ProcessDescription } from '../process/spawn.js';
import type { Secrets } from '../secrets.js';

/** What every stack has. */
export const coreServiceNames = ['kafka', 'postgres', 'clickhouse'] as const;
/** Started when asked for, and from then on part of the stack until it is taken down. */
export const optionalServiceNames = ['prometheus'] as const;
export const serviceNames = [...coreServiceNames, ...optionalServiceNames] as const;

export type CoreServiceName = (typeof coreServiceNames)[number];
export type OptionalServiceName = (typeof optionalServiceNames)[number];
export type ServiceName = (typeof serviceNames)[number];

/** Of a stack that is whole. */
export type CoreEndpoints = Required<Pick<Endpoints, CoreServiceName>>;

/** What a service is told about the stack that it belongs to. */
export interface ServiceContext {
  runtime: Runtime;
  home: Home;
  /** Where clients reach it, on loopback. */
  port: number;
  secrets: Secrets;
  /** Says what takes its time before the process can start, such as a download. */
  report(step: string): void;
}

/**
 * One system of the stack as a process on loopback. Its life: `check`, `prepare`, `process`, spawned by the driver, `probe` again and
 * again until it answers, `afterStart`; later `stop.signal` and `afterStop`. The driver holds the home's lock from `check` to
 * `afterStart` and calls `check` and `prepare` only while the process does not run.
 */
export interface Service {
  name: ServiceName;
  defaultPort: number;
  /** Throws a missing error for a prerequisite that is not there; asked of all services before any of them starts. */
  check(context: ServiceContext): Promise<void>;
  /**
   * Makes all that the process needs: downloads, a formatted data folder, configuration. Called before every start, so what
   * is there is kept; half-made things of a killed attempt are made anew; what a killed process left behind is cleared away.
   */
  prepare(context: ServiceContext): Promise<void>;
  /** How to run it. The process must be the service itself, not a parent of it: its pid is shown, frozen and killed. */
  process(context: ServiceContext): Promise<ProcessDescription>;
  /** Asks in the service's own protocol, with the users' credentials; throws until it answers. */
  probe(context: ServiceContext): Promise<{ version: string }>;
  /** What can be done only once it answers, such as making a database. Safe to repeat. */
  afterStart?(context: ServiceContext): Promise<void>;
  /** The signal for a clean stop, and how long that may take before the process is killed. */
  stop: { signal: NodeJS.Signals; patienceMs: number };
  /** Resolves when nothing is left of a process that has ended, in whatever way. */
  afterStop?(context: Pick<ServiceContext, 'runtime' | 'home'>): Promise<void>;
  /** The file that it writes its log to now. */
  logFile(home: Home): string;
  /** What the process says before its log is open, or after. */
  outputFile(home: Home): string;
  /** How clients reach it. */
  endpoints(context: Pick<ServiceContext, 'port' | 'secrets'>): Endpoints;
}

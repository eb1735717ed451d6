import { messageOf } from '../../runtime/errors.js';
import { findProcess } from '../process/run-file.js';
import type { Service, ServiceContext } from '../services/service.js';
import type { ServiceStatus } from './driver.js';

/** What has become of one local service: its process looked at, and the service asked in its own protocol. */
export async function statusOf(
  service: Service,
  context: Pick<ServiceContext, 'runtime' | 'home' | 'secrets'>,
): Promise<ServiceStatus> {
  const { run, state } = findProcess(context.home, service.name);
  const none = { name: service.name, address: run?.address ?? null, version: run?.version ?? null, pid: null };
  if (!run) return { ...none, state: 'stopped', detail: null };
  if (state === 'gone') return { ...none, state: 'failed', detail: `its process (pid ${run.pid}) has ended by itself` };
  const alive = { ...none, pid: run.pid };
  if (state === 'frozen') return { ...alive, state: 'failed', detail: 'its process is stopped by a signal (SIGSTOP)' };
  try {
    const { version } = await service.probe({ ...context, port: run.port, report: () => undefined });
    return { ...alive, version, state: 'ready', detail: null };
  } catch (error) {
    const detail = `it does not answer: ${messageOf(error)}`;
    return { ...alive, state: run.readyAt === null ? 'starting' : 'failed', detail };
  }
}

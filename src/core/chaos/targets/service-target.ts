import type { Home } from '../../runtime/home.js';
import type { Runtime } from '../../runtime/runtime.js';
import { findProcess } from '../../stack/process/run-file.js';
import { stopProcess } from '../../stack/process/stop.js';
import { openSecrets } from '../../stack/secrets.js';
import { services } from '../../stack/services/registry.js';
import type { CoreServiceName } from '../../stack/services/service.js';
import { upStack } from '../../stack/stack.js';
import { type Target, trySignal } from './target.js';

const attempts = 3;
/** On a busy machine, with its log to recover. */
const waitMs = 120_000;
const pollMs = 100;

/** A service of the local stack, found by its run file and brought back as `pipe up` does. Healing heeds `runtime`'s signal: hand in one that does not abort. */
export function serviceTarget(runtime: Runtime, home: Home, name: CoreServiceName): Target {
  const service = services[name];
  const secrets = openSecrets(home);
  const running = () => {
    const { run, state } = findProcess(home, name);
    return state === 'gone' ? undefined : run;
  };
  const end = async (signal: NodeJS.Signals, patienceMs: number) => {
    const run = running();
    if (run) await stopProcess(runtime.clock, run, signal, patienceMs);
  };
  const signal = (wanted: NodeJS.Signals) => {
    const run = running();
    if (run) trySignal(run.pid, wanted);
  };
  return {
    name,
    kill: () => end('SIGKILL', 10_000),
    freeze: () => signal('SIGSTOP'),
    thaw: () => signal('SIGCONT'),
    stop: () => end(service.stop.signal, service.stop.patienceMs),
    async start() {
      const options = { only: [name], anyPort: false, waitMs, onEvent: () => undefined };
      for (let attempt = 1; ; attempt++) {
        try {
          await upStack(runtime, home, undefined, options);
          return;
        } catch (error) {
          if (attempt === attempts) throw error;
        }
      }
    },
    async works(stop) {
      for (;;) {
        const port = running()?.port;
        const context = { runtime, home, secrets, report: () => undefined };
        const answers = port !== undefined && service.probe({ ...context, port });
        if (
          answers &&
          (await answers.then(
            () => true,
            () => false,
          ))
        )
          return;
        await runtime.clock.sleep(pollMs, stop);
      }
    },
  };
}

import { messageOf, PipeError } from '../../runtime/errors.js';
import { ExitCode } from '../../runtime/exit-codes.js';
import { letHeapGrow } from '../../runtime/heap.js';
import { loadServerConfig } from './config.js';
import { type Log, openLog } from './log.js';
import { startServer } from './server.js';

const graceMs = 20_000;

await main(process.argv[2]);

/** The process: configuration file in, one line per event out; ends with 0 after SIGTERM or SIGINT, 2 and 3 when it cannot start. */
async function main(configFile: string | undefined): Promise<void> {
  letHeapGrow();
  let log: Log = () => undefined;
  try {
    const config = loadServerConfig(configFile);
    const opened = openLog(config.logFile, process.stdout);
    log = opened.log;
    const server = await startServer(config, log, Number(process.env.UV_THREADPOOL_SIZE ?? 4));
    log(
      `ready http://${config.host}:${server.port} version=${server.version} pid=${process.pid} data=${config.dataDir}`,
    );
    const stop = async (signal: string) => {
      log(`stopping ${signal}`);
      await server.stop(graceMs);
      log('stopped');
      await opened.close();
      process.exit(ExitCode.ok);
    };
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop(signal));
    // Statements of others run here too: what went wrong in one request must not take them along.
    process.on('uncaughtException', (error) => log(`error uncaught ${error.stack ?? error.message}`));
    process.on('unhandledRejection', (reason) =>
      log(`error unhandled ${reason instanceof Error ? reason.stack : String(reason)}`),
    );
  } catch (error) {
    const hint = error instanceof PipeError && error.hint ? ` ${error.hint}` : '';
    process.stderr.write(`${messageOf(error)}${hint}\n`);
    log(`failed ${messageOf(error)}`);
    process.exit(error instanceof PipeError ? error.exit : ExitCode.unexpected);
  }
}

import { drainPending, Session } from 'chdb';
import { literal } from '../sql/settings.js';
import { yieldMerges } from './merge-threads.js';

/** The ClickHouse engine of this process on one data folder. */
export interface Engine {
  version: string;
  timezone: string;
  /** Names that SET knows. */
  settingNames: ReadonlySet<string>;
  openSession(): Session;
  /** Asks the engine to stop the statement that runs under this log_comment; resolves when it was told. */
  kill(marker: string): Promise<void>;
  /** Unpacks a file of the spool folder into another one, through memory. */
  unpack(file: string, compression: string, to: string): Promise<void>;
  /** Closes the folder after every session was closed. */
  close(): Promise<void>;
}

/** Opens the folder, made where missing. All sessions share it; a process has one. */
export async function openEngine(dataDir: string): Promise<Engine> {
  const openSession = () => new Session(dataDir);
  const control = openSession();
  await yieldMerges(control);
  const ask = async (sql: string) => (await control.queryAsync(sql, { format: 'TabSeparatedRaw' })).text().trimEnd();
  const [version, timezone] = (await ask('SELECT version(), timezone()')).split('\t');
  const names = await ask('SELECT name FROM system.settings');
  return {
    version: version!,
    timezone: timezone!,
    settingNames: new Set(names.split('\n')),
    openSession,
    kill: async (marker) => {
      await control.queryAsync(`KILL QUERY WHERE Settings['log_comment'] = ${literal(marker)} ASYNC`, {
        format: 'Null',
      });
    },
    unpack: async (file, compression, to) => {
      const session = openSession();
      try {
        const source = `file('${file}', 'RawBLOB', 'bytes String', '${compression}')`;
        await session.queryAsync(`SELECT bytes FROM ${source} INTO OUTFILE '${to}' TRUNCATE FORMAT RawBLOB`);
      } finally {
        session.close();
      }
    },
    close: async () => {
      await drainPending();
      control.close();
      await drainPending();
    },
  };
}

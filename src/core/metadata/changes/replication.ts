import type { Client } from 'pg';
import { LogicalReplicationService, type Pgoutput, PgoutputPlugin } from 'pg-logical-replication';
import { lsnBefore } from './lsn.js';

export interface ReplicationHandlers {
  /** The slot stands. What `snapshot` shows is exactly what came before the first message; it is gone after this. */
  onSlot(snapshot: string): Promise<void>;
  onMessage(message: Pgoutput.Message): void;
  /** Everything up to here has been sent. */
  onHeartbeat(lsn: string): void;
}

/**
 * One connection that streams what a publication tells, through a slot of its own that the server drops when the connection ends: nothing is kept
 * for an engine that is not there. Nothing is acknowledged but by `acknowledge`.
 */
export class Replication {
  private readonly service: LogicalReplicationService;
  private readonly publication: string;
  private readonly slot: string;
  private acknowledged: string | undefined;

  constructor(url: string, publication: string, slot: string) {
    this.publication = publication;
    this.slot = slot;
    this.service = new LogicalReplicationService(
      { connectionString: url, connectionTimeoutMillis: 5_000, application_name: 'pipe changes', keepAlive: true },
      // The library's own timer would acknowledge what was received and not yet logged.
      { acknowledge: { auto: false, timeoutSeconds: 0 } },
    );
  }

  /** Resolves when the signal aborts, rejects when the stream breaks or a handler throws; the connection is closed then. */
  async run(handlers: ReplicationHandlers, signal: AbortSignal): Promise<void> {
    const { service } = this;
    if (signal.aborted) return;
    let plugin: SlotPlugin | undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        let failed = false;
        const fail = (error: unknown) => {
          failed = true;
          reject(error);
        };
        // What has arrived together with the message at fault must not be taken either.
        const guarded =
          <T extends unknown[]>(handle: (...values: T) => void) =>
          (...values: T) => {
            try {
              if (!failed) handle(...values);
            } catch (error) {
              fail(error);
            }
          };
        plugin = new SlotPlugin(this.publication, fail, async (consistentPoint, snapshot) => {
          this.acknowledged = lsnBefore(consistentPoint);
          await handlers.onSlot(snapshot);
        });
        service.on('error', reject);
        service.on(
          'data',
          guarded((_: string, message: Pgoutput.Message) => handlers.onMessage(message)),
        );
        service.on(
          'heartbeat',
          guarded((lsn: string) => handlers.onHeartbeat(lsn)),
        );
        signal.addEventListener('abort', () => resolve(), { once: true });
        service.subscribe(plugin, this.slot).then(() => reject(new Error('the stream of changes ended')), reject);
      });
    } finally {
      plugin?.drop();
      await service.destroy();
      // What the connection still has to say must not end the process.
      service.on('error', () => undefined);
    }
  }

  /** The server may forget what came before. */
  acknowledge(lsn: string): void {
    // The library adds one, and a server that shuts down waits for exactly what it has sent.
    this.acknowledged = lsnBefore(lsn);
    void this.service.acknowledge(this.acknowledged);
  }

  /** Acknowledges nothing new and asks for a heartbeat. */
  ping(): void {
    if (this.acknowledged) void this.service.acknowledge(this.acknowledged, true);
  }
}

/** pgoutput through a temporary slot, with all values as the texts that they are sent as. */
class SlotPlugin extends PgoutputPlugin {
  private readonly onFailure: (error: unknown) => void;
  private readonly onSlot: (consistentPoint: string, snapshot: string) => Promise<void>;
  private client: Client | undefined;
  private dropped = false;

  constructor(
    publication: string,
    onFailure: (error: unknown) => void,
    onSlot: (consistentPoint: string, snapshot: string) => Promise<void>,
  ) {
    super({ protoVersion: 1, publicationNames: [publication] });
    this.onFailure = onFailure;
    this.onSlot = onSlot;
  }

  /** Ends the connection, also one that is still being made, and also when the server hangs. */
  drop(): void {
    this.dropped = true;
    this.client?.connection.stream.destroy();
  }

  override async start(client: Client, slot: string, from: string): Promise<void> {
    this.client = client;
    if (this.dropped) return this.drop();
    await client.query("SET TIME ZONE 'UTC'; SET datestyle = 'ISO, YMD'; SET wal_sender_timeout = '20s'");
    const { rows } = await client.query<{ consistent_point: string; snapshot_name: string }>(
      `CREATE_REPLICATION_SLOT "${slot}" TEMPORARY LOGICAL pgoutput EXPORT_SNAPSHOT`,
    );
    const { consistent_point: consistentPoint, snapshot_name: snapshot } = rows[0]!;
    await this.onSlot(consistentPoint, snapshot);
    await super.start(client, slot, from);
  }

  override parse(buffer: Buffer): Pgoutput.Message {
    try {
      const message = super.parse(buffer) as Pgoutput.Message;
      if (message.tag === 'relation') for (const column of message.columns) column.parser = (text: string) => text;
      return message;
    } catch (error) {
      // The library calls this from a socket's event, where nobody would catch it.
      this.onFailure(error);
      return { tag: 'origin', originLsn: null, originName: '' };
    }
  }
}

import type { ClickHouseClient } from '@clickhouse/client';
import type { KafkaClient } from '../../broker/client.js';
import { partitionOffsets } from '../../broker/offsets.js';
import { eachRecord, recordBytes } from '../../broker/record-batch/decode.js';
import { readTail } from '../../broker/tail.js';
import { partitionsOf } from '../../broker/topics.js';
import type { Plan } from '../../pipeline/plan.js';
import type { Alert } from '../../process/detect/kind.js';
import { describeFailure } from '../../sink/failures.js';
import { quoteIdentifier } from '../../sink/identifiers.js';
import { alertView } from '../../sink/names.js';

/** What is known by of an alert, in the table as in the topic. */
export interface KnownAlert {
  id: string;
  detector: string;
  /** Event time, ms. */
  time: number;
  partition: number;
  /** -1 for an alert on a window. */
  offset: number;
  keys: Readonly<Record<string, unknown>>;
  /** All that it says, as one text: the same for the same alert in table and topic. */
  content: string;
}

/** The rows of the view. None where there is no view: the engine that stored the rows had no detectors. */
export async function* storedAlerts(client: ClickHouseClient, plan: Plan): AsyncGenerator<KnownAlert> {
  const view = alertView(plan);
  try {
    const there = await client.query({
      query: 'SELECT 1 FROM system.tables WHERE database = currentDatabase() AND name = {view:String}',
      query_params: { view },
      format: 'JSONEachRow',
    });
    if ((await there.json()).length === 0) return;
    const result = await client.query({
      query: `SELECT id, detector, toUnixTimestamp64Milli(time), partition, offset, keys, kind, severity, evidence
              FROM ${quoteIdentifier(view)}`,
      format: 'JSONCompactEachRow',
      clickhouse_settings: { output_format_json_quote_64bit_integers: 0 },
    });
    for await (const rows of result.stream<StoredAlert>())
      for (const row of rows) {
        const [id, detector, time, partition, offset, keys, ...said] = row.json();
        const content = JSON.stringify([time, keys, ...said]);
        yield { id, detector, time, partition, offset, keys: JSON.parse(keys), content };
      }
  } catch (error) {
    throw describeFailure(error, 'reading the stored alerts');
  }
}

type StoredAlert = [
  ...[id: string, detector: string, time: number, partition: number, offset: number],
  ...[keys: string, kind: string, severity: string, evidence: string],
];

/** Whether the topic still has its oldest records; a topic that is not there has lost none. */
export async function isWhole(client: KafkaClient, topic: string): Promise<boolean> {
  if ((await partitionsOf(client, topic)) === undefined) return true;
  return (await partitionOffsets(client, topic)).every(({ begin }) => begin === 0);
}

/** The alerts of the topic up to its end of now; after a crash one may come twice. Records that no engine wrote are left out, and `note` is told. */
export async function* sentAlerts(
  client: KafkaClient,
  topic: string,
  note: (text: string) => void,
): AsyncGenerator<KnownAlert> {
  if ((await partitionsOf(client, topic)) === undefined) return;
  let strangers = 0;
  for (const { partition, begin, end } of await partitionOffsets(client, topic)) {
    if (begin === end) continue;
    for await (const { header, bytes } of readTail(client, topic, { partition, from: begin, end })) {
      if (header.control) continue;
      const range = recordBytes(bytes, header);
      const found: KnownAlert[] = [];
      eachRecord(header, range, (_offset, _time, _keyStart, _keyEnd, start, finish) => {
        const alert = start < 0 ? undefined : alertOf(range.bytes.toString('utf8', start, finish));
        if (alert) found.push(alert);
        else strangers++;
      });
      yield* found;
    }
  }
  if (strangers > 0) note(`${topic}: ${strangers} records are no alerts; no engine wrote them, they are left out`);
}

function alertOf(text: string): KnownAlert | undefined {
  try {
    const { id, detector, time, partition, offset, keys, kind, severity, evidence } = JSON.parse(text) as Alert;
    const whole = typeof id === 'string' && typeof detector === 'string' && keys !== null && typeof keys === 'object';
    if (!whole || ![time, partition, offset].every(Number.isSafeInteger)) return undefined;
    const content = JSON.stringify([time, JSON.stringify(keys), kind, severity, JSON.stringify(evidence)]);
    return { id, detector, time, partition, offset, keys, content };
  } catch {
    return undefined;
  }
}

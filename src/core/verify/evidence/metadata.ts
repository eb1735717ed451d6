import { domainFor } from '../../domain/registry.js';
import { withMetadata } from '../../metadata/connect.js';
import { readEnrichment } from '../../metadata/enrichment.js';
import { readMetadata } from '../../metadata/read.js';
import type { Plan } from '../../pipeline/plan.js';
import { messageOf } from '../../runtime/errors.js';
import type { PostgresEndpoint } from '../../stack/endpoints.js';
import type { LookUpRows } from '../oracle/enrich.js';
import type { Drawn } from './runs.js';

export interface MetadataNow {
  /** What the generator draws from. */
  drawn: Drawn;
  /** What events are joined with; undefined where it cannot be read. */
  rows: LookUpRows | undefined;
}

/** The metadata as it is now. Where it cannot be read `note` is told why: the oracle then goes without. */
export async function metadataNow(
  endpoint: PostgresEndpoint | undefined,
  plan: Plan,
  note: (text: string) => void,
): Promise<MetadataNow> {
  const { reads } = domainFor(plan);
  const draws = Object.keys(reads).length > 0;
  if (!draws && plan.enrich.length === 0) return { drawn: { metadata: {} }, rows: [] };
  return withMetadata(endpoint, async (client): Promise<MetadataNow> => {
    const [drawn, rows] = [
      draws ? await orReason(() => readMetadata(client, plan, reads)) : { value: {} },
      await orReason(() => readEnrichment(client, plan)),
    ];
    if ('reason' in rows) note(`events are joined as stored: ${rows.reason}`);
    return {
      drawn: 'value' in drawn ? { metadata: drawn.value } : drawn,
      rows: 'value' in rows ? rows.value : undefined,
    };
  }).catch((error: unknown): MetadataNow => {
    const reason = messageOf(error);
    if (plan.enrich.length > 0) note(`events are joined as stored: ${reason}`);
    return { drawn: draws ? { reason } : { metadata: {} }, rows: undefined };
  });
}

async function orReason<T>(read: () => Promise<T>): Promise<{ value: T } | { reason: string }> {
  try {
    return { value: await read() };
  } catch (error) {
    return { reason: messageOf(error) };
  }
}

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { spool } from '../http/body.js';
import { defaultFormat } from '../http/formats.js';
import type { Query } from '../http/query-text.js';
import { withLease } from './lease.js';
import { type Call, readonlyError, spoolName, utf8 } from './service.js';

/** Spools the rows to a file and lets the engine read them: any format and packing, bodies of any length, all rows or none of a torn body. */
export async function insertRows(call: Call, query: Extract<Query, { insert: object }>): Promise<void> {
  const { service, role, request, reply } = call;
  if (role === 'reader' || request.method === 'GET') throw readonlyError(call);
  const file = spoolName('in');
  const path = join(service.spool, file);
  try {
    const bytes = await spool(path, query.data);
    await withLease(call, undefined, async ({ session, prefix }) => {
      const sql = prefix + utf8(query.insert.fromFile(file, query.compression));
      const result = await session.queryAsync(sql, { format: defaultFormat });
      return () =>
        reply.whole(undefined, undefined, new Uint8Array(), {
          readRows: result.rowsRead,
          readBytes: bytes,
          resultRows: result.rowsRead,
          resultBytes: result.bytesRead,
          writtenRows: result.rowsRead,
          writtenBytes: result.bytesRead,
          elapsedMs: result.elapsed * 1000,
        });
    });
  } finally {
    rmSync(path, { force: true });
  }
}

import { createReadStream, rmSync } from 'node:fs';
import { join } from 'node:path';
import { readHead, spool } from '../http/body.js';
import type { UnpackWhole } from '../http/query-text.js';
import { type Service, spoolName } from './service.js';

/** For lz4, zstd and xz around statement and data together, as clickhouse-connect sends them: the engine unpacks, in memory. */
export function unpackThroughEngine(service: Service): UnpackWhole {
  return async function* unpack(body, compression) {
    const [packed, plain] = [spoolName('in'), spoolName('in')];
    const remove = (file: string) => rmSync(join(service.spool, file), { force: true });
    try {
      await spool(join(service.spool, packed), await readHead(body[Symbol.asyncIterator](), 1 << 20));
      await service.engine.unpack(packed, compression, plain);
      remove(packed);
      yield* createReadStream(join(service.spool, plain), { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>;
    } finally {
      remove(packed);
      remove(plain);
    }
  };
}

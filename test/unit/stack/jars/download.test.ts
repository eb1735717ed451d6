import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Download, download, isIntact } from '../../../../src/core/stack/jars/download.js';

const content = Buffer.from(Array.from({ length: 100_000 }, (_, index) => (index * 31) % 251));
const sha256 = createHash('sha256').update(content).digest('hex');

let folder: string;
let server: Server;
let requests: (string | undefined)[];
let received: number;
let answer: (request: IncomingMessage, response: ServerResponse) => void;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pipe-download-'));
  requests = [];
  received = 0;
  server = createServer((request, response) => {
    requests.push(request.headers.range);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterEach(async () => {
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true });
});

function request(changes: Partial<Download> = {}): Download {
  const { port } = server.address() as { port: number };
  return {
    url: `http://127.0.0.1:${port}/a.jar`,
    headers: {},
    bytes: content.length,
    sha256,
    target: join(folder, 'deep/a.jar'),
    onBytes: (count) => {
      received += count;
    },
    signal: new AbortController().signal,
    ...changes,
  };
}

/** What a repository does: the whole, or the rest that was asked for. */
function serve({ headers }: IncomingMessage, response: ServerResponse): void {
  const from = Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0);
  response.writeHead(from > 0 ? 206 : 200, { connection: 'close' });
  response.end(content.subarray(from));
}

describe('download', () => {
  it('fetches a file whole', async () => {
    answer = serve;
    await download(request());
    expect(readFileSync(join(folder, 'deep/a.jar'))).toEqual(content);
    expect(received).toBe(content.length);
    expect(await isIntact(join(folder, 'deep/a.jar'), { bytes: content.length, sha256 })).toBe(true);
  });

  it('goes on where an earlier process ended', async () => {
    answer = serve;
    const target = join(folder, 'a.jar');
    writeFileSync(`${target}.part`, content.subarray(0, 40_000));
    await download(request({ target }));
    expect(requests).toEqual(['bytes=40000-']);
    expect(readFileSync(target)).toEqual(content);
    expect(received).toBe(content.length);
  });

  it('goes on where a broken connection ended', async () => {
    let broken: ServerResponse | undefined;
    answer = (asked, response) => {
      if (asked.headers.range) return serve(asked, response);
      broken = response;
      response.writeHead(200, { 'content-length': content.length });
      response.write(content.subarray(0, 60_000));
    };
    // Cut once some of it has come: what the kernel still holds goes with the connection.
    const onBytes = (count: number) => {
      received += count;
      if (count > 0) setTimeout(() => broken?.destroy(), 20);
    };
    await download(request({ onBytes }));
    expect(requests.at(-1)).toMatch(/^bytes=[1-9]\d*-$/);
    expect(readFileSync(join(folder, 'deep/a.jar'))).toEqual(content);
    expect(received).toBe(content.length);
  });

  it('begins anew where the server knows no ranges', async () => {
    answer = (_, response) => response.writeHead(200, { connection: 'close' }).end(content);
    const target = join(folder, 'a.jar');
    writeFileSync(`${target}.part`, 'something else');
    await download(request({ target }));
    expect(readFileSync(target)).toEqual(content);
    expect(received).toBe(content.length);
  });

  it('tries again after a passing trouble', async () => {
    answer = (asked, response) =>
      requests.length < 3 ? response.writeHead(503, { connection: 'close' }).end() : serve(asked, response);
    await download(request());
    expect(requests.length).toBe(3);
  });

  it('takes a refusal for final, and says what was asked for', async () => {
    answer = (_, response) => response.writeHead(404, { connection: 'close' }).end();
    await expect(download(request())).rejects.toMatchObject({
      code: 'DOWNLOAD_FAILED',
      exit: 3,
      message: expect.stringMatching(/^cannot download http:.*a\.jar.*status 404/),
    });
    expect(requests.length).toBe(1);
  });

  it('keeps no file with another sum', async () => {
    answer = (_, response) => response.writeHead(200, { connection: 'close' }).end(Buffer.alloc(content.length));
    await expect(download(request())).rejects.toMatchObject({ code: 'DOWNLOAD_CORRUPT', exit: 3 });
    expect(existsSync(join(folder, 'deep/a.jar'))).toBe(false);
    expect(existsSync(join(folder, 'deep/a.jar.part'))).toBe(false);
  });

  it('forgets what another process left when the sum shows it to be wrong', async () => {
    answer = serve;
    const target = join(folder, 'a.jar');
    writeFileSync(`${target}.part`, Buffer.alloc(40_000));
    await download(request({ target }));
    expect(requests).toEqual(['bytes=40000-', undefined]);
    expect(readFileSync(target)).toEqual(content);
    expect(received).toBe(content.length);
  });

  it('sends the credentials of a mirror', async () => {
    let seen: string | undefined;
    answer = (asked, response) => {
      seen = asked.headers.authorization;
      serve(asked, response);
    };
    await download(request({ headers: { authorization: 'Basic abc' } }));
    expect(seen).toBe('Basic abc');
  });
});

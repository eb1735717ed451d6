import { type IncomingHttpHeaders, request } from 'node:http';
import { eventually } from './eventually.js';
import { Running } from './loop.js';

export interface Answered {
  status: number;
  headers: Headers;
  text: string;
}

/** `pipe serve`, on a free port unless told, and what it answers. */
export class Served {
  readonly running: Running;
  readonly url: string;

  static async start(home: string, args: readonly string[], port = '0'): Promise<Served> {
    const running = new Running(['serve', '--port', port, '--home', home, '--json', ...args], { lasting: true });
    const url = await eventually('it listens', () => /listening on (\S+)/.exec(running.said)?.[1]);
    return new Served(running, url);
  }

  private constructor(running: Running, url: string) {
    this.running = running;
    this.url = url;
  }

  async get(path: string, init: RequestInit = {}): Promise<Answered> {
    const response = await fetch(this.url + path, init);
    return { status: response.status, headers: response.headers, text: await response.text() };
  }

  /** The document of an answer that is expected to be one. */
  async json<T>(path: string): Promise<T> {
    const { status, text } = await this.get(path);
    if (status !== 200) throw new Error(`${path}: ${status} ${text}`);
    return JSON.parse(text) as T;
  }

  /** For methods and headers that fetch does not let through. */
  raw(
    method: string,
    path: string,
    headers: Record<string, string> = {},
  ): Promise<{ status: number; headers: IncomingHttpHeaders }> {
    return new Promise((resolve, reject) => {
      request(this.url + path, { method, headers }, (response) => {
        response.resume();
        response.once('end', () => resolve({ status: response.statusCode!, headers: response.headers }));
      })
        .once('error', reject)
        .end();
    });
  }

  stream(path: string): Events {
    return new Events(this.url + path);
  }

  async end(): Promise<void> {
    await this.running.end('SIGTERM');
  }
}

/** Server-sent events. */
class Events {
  private readonly ended = new AbortController();
  private readonly events: AsyncGenerator<{ name: string; data: string }>;

  constructor(url: string) {
    this.events = eventsOf(url, this.ended.signal);
  }

  /** The data of the next event of that name; rejects when the stream has ended. */
  async next<T>(name: string): Promise<T> {
    for (;;) {
      const { value, done } = await this.events.next();
      if (done) throw new Error('the stream has ended');
      if (value.name === name) return JSON.parse(value.data) as T;
    }
  }

  end(): void {
    this.ended.abort();
  }
}

async function* eventsOf(url: string, signal: AbortSignal): AsyncGenerator<{ name: string; data: string }> {
  const response = await fetch(url, { signal });
  let rest = '';
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    const parts = (rest + chunk).split('\n\n');
    rest = parts.pop()!;
    for (const part of parts) {
      const field = (wanted: string) => new RegExp(`^${wanted}: (.*)$`, 'm').exec(part)?.[1] ?? '';
      yield { name: field('event'), data: field('data') };
    }
  }
}

import { PipeError } from '../../../runtime/errors.js';
import type { ExitCode } from '../../../runtime/exit-codes.js';

/** Either end between two threads: a MessagePort or a Worker. */
export interface Port {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (message: Message) => void): unknown;
}

type Message =
  | { kind: 'call'; id: number; name: string; args: unknown[] }
  | { kind: 'answer'; id: number; value: unknown }
  | { kind: 'failure'; id: number; failure: SentError };

/** What of an error survives between threads. */
interface SentError {
  message: string;
  stack: string | undefined;
  foreseen: { code: string; exit: ExitCode; hint: string | undefined } | undefined;
}

// biome-ignore lint/suspicious/noExplicitAny: whatever can be cloned.
type Callable = (...args: any[]) => unknown;

/** What the other side may call; each argument and answer must survive a structured clone. */
export type Calls = Record<string, Callable>;

type Argument<T> = T extends Callable ? Parameters<T> : never;
type Answer<T> = T extends Callable ? Awaited<ReturnType<T>> : never;

/**
 * Calls between two threads. They arrive in the order in which they were made, and a handler has begun before the next message is looked at; so what was
 * called before an answer was given has arrived before the answer.
 */
export class Channel<Theirs extends object> {
  private readonly port: Port;
  private readonly waiting = new Map<number, { resolve: (value: never) => void; reject: (error: unknown) => void }>();
  private lastId = 0;
  private broken: unknown;

  constructor(port: Port, ours: Calls) {
    this.port = port;
    port.on('message', (message) => {
      if (message.kind === 'call') void this.handle(ours[message.name]!, message);
      else this.settle(message);
    });
  }

  /** Rejects with what the handler threw, and with what `fail` was given. */
  call<Name extends keyof Theirs & string>(name: Name, ...args: Argument<Theirs[Name]>): Promise<Answer<Theirs[Name]>> {
    if (this.broken) return Promise.reject(this.broken);
    const id = ++this.lastId;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.port.postMessage({ kind: 'call', id, name, args });
    });
  }

  /** As `call`, for what nobody waits for: a failure of the handler is not heard of. */
  tell<Name extends keyof Theirs & string>(name: Name, ...args: Argument<Theirs[Name]>): void {
    this.port.postMessage({ kind: 'call', id: 0, name, args });
  }

  /** The other side is no more: nothing will be answered. */
  fail(error: unknown): void {
    this.broken ??= error;
    for (const { reject } of this.waiting.values()) reject(this.broken);
    this.waiting.clear();
  }

  private async handle(handler: Callable, { id, args }: { id: number; args: unknown[] }): Promise<void> {
    try {
      const value = await handler(...args);
      if (id > 0) this.port.postMessage({ kind: 'answer', id, value });
    } catch (error) {
      if (id === 0) throw error;
      this.port.postMessage({ kind: 'failure', id, failure: sent(error) });
    }
  }

  private settle(message: Exclude<Message, { kind: 'call' }>): void {
    const waiting = this.waiting.get(message.id);
    this.waiting.delete(message.id);
    if (message.kind === 'answer') waiting?.resolve(message.value as never);
    else waiting?.reject(received(message.failure));
  }
}

function sent(error: unknown): SentError {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  const { code, exit, hint } = error as PipeError;
  return { message, stack, foreseen: error instanceof PipeError ? { code, exit, hint } : undefined };
}

function received({ message, stack, foreseen }: SentError): Error {
  const error = foreseen ? new PipeError(message, foreseen) : new Error(message);
  error.stack = stack;
  return error;
}

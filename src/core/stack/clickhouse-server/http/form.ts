import type { IncomingMessage } from 'node:http';
import { limited } from './body.js';
import { Exception } from './errors.js';

const maxForm = 64 << 20;

export function isForm({ headers }: IncomingMessage): boolean {
  return /^multipart\/form-data\b/i.test(headers['content-type'] ?? '');
}

/** Adds the fields of a multipart form to the URL's parameters, where clients put long statements and parameters. Throws 48 for files. */
export async function mergeForm(url: URL, incoming: IncomingMessage): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of limited(incoming, maxForm)) chunks.push(chunk);
  const headers = { 'content-type': incoming.headers['content-type']! };
  const form = await new Response(Buffer.concat(chunks), { headers }).formData().catch(() => {
    throw new Exception(36, 'BAD_ARGUMENTS', 'The body is no multipart/form-data, as its Content-Type says');
  });
  for (const [name, value] of form) {
    if (typeof value !== 'string')
      throw new Exception(
        48,
        'NOT_IMPLEMENTED',
        `External data ("${name}") are not supported: use a temporary table in a session`,
      );
    url.searchParams.append(name, value);
  }
}

import type { FastifyReply } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import type { z } from 'zod';
import { messageOf, PipeError, usageError } from '../runtime/errors.js';
import { ExitCode } from '../runtime/exit-codes.js';
import type { failure } from './answers.js';

export interface Failure {
  status: number;
  body: z.infer<typeof failure>;
}

/** What is asked for and not there: 404. */
export function notFound(message: string, hint: string, code: string): PipeError {
  return new PipeError(message, { code, hint });
}

/** Any error as an answer. What was not foreseen tells no more than its message. */
export function failureOf(error: unknown): Failure {
  if (hasZodFastifySchemaValidationErrors(error)) return failureOf(badParameter(error));
  if (error instanceof PipeError) {
    const { code, hint = null } = error;
    return { status: statusOf(error), body: { error: { code, message: error.message, hint } } };
  }
  const status = statusCodeOf(error);
  if (status !== undefined && status < 500)
    return { status, body: { error: { code: 'REQUEST', message: messageOf(error), hint: null } } };
  return {
    status: 500,
    body: { error: { code: 'UNEXPECTED', message: messageOf(error), hint: 'See what pipe serve wrote.' } },
  };
}

export async function sendFailure(reply: FastifyReply, error: unknown): Promise<FastifyReply> {
  const { status, body } = failureOf(error);
  if (status === 503) reply.header('retry-after', '1');
  return reply.code(status).header('cache-control', 'no-store').send(body);
}

function statusOf({ code, exit }: PipeError): number {
  const known = byCode[code];
  if (known !== undefined) return known;
  if (exit === ExitCode.usage) return 400;
  return exit === ExitCode.missing ? 503 : 500;
}

const byCode: Readonly<Record<string, number>> = {
  QUERY_TIMEOUT: 504,
  NO_PATH: 404,
  NOTHING_STORED: 404,
  NO_VERIFICATION: 404,
  NO_TOPIC: 404,
  TOKEN: 401,
  HOST: 403,
  METHOD: 405,
  RATE_LIMIT: 429,
  // The server's own credentials are no fault of who asks.
  CLICKHOUSE_CREDENTIALS: 503,
};

function badParameter({
  validation,
}: {
  validation: readonly { instancePath: string; message?: string }[];
}): PipeError {
  const [first] = validation;
  const name = first?.instancePath.split('/')[1];
  const told = first?.message?.replace(/^Invalid input: /, '') ?? 'not as expected';
  return usageError(name ? `${name}: ${told}` : told, 'The parameters are told at /docs.', 'PARAMETER');
}

function statusCodeOf(error: unknown): number | undefined {
  return error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number'
    ? error.statusCode
    : undefined;
}

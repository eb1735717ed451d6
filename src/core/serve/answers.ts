import { z } from 'zod';

/** Every answer that is no success. */
export const failure = z.object({
  error: z.object({
    code: z.string().describe('Stable, for programs.'),
    message: z.string(),
    hint: z.string().nullable().describe('What to do about it.'),
  }),
});

const meanings = {
  400: 'A parameter is wrong.',
  401: 'The bearer token is missing or wrong.',
  403: 'Asked for under a name that is not this machine’s own, without a token.',
  404: 'There is no such thing, or not yet.',
  429: 'More requests in a second than this address may send; retry-after says when.',
  500: 'A failure that was not foreseen.',
  503: 'A service that this needs does not answer.',
  504: 'It took longer than it may.',
} as const;

type FailureStatus = keyof typeof meanings;

/** A null is no body at all. */
const unchanged = z.null().describe('It is as it was when the etag that was sent was given.');

/** What any route may answer beside its success, and the failures that this one may besides. */
export function otherwise(...beside: FailureStatus[]): Record<number, z.ZodType> {
  const statuses = [...new Set<FailureStatus>([401, 403, 429, 500, ...beside])];
  const failures = Object.fromEntries(statuses.map((status) => [status, failure.describe(meanings[status])]));
  return { 304: unchanged, ...failures };
}

/** Of what asks ClickHouse with parameters. */
export const asksStore = [400, 404, 503, 504] as const;

/** For the browser or a proxy; a snapshot is as old. */
export const briefly = 'private, max-age=1';

import type { Moment } from '../../observe/moment.js';
import type { Snapshot } from '../../observe/snapshot.js';
import type { LetterList } from '../../run/letters/list.js';

export type { LetterList, Moment, Snapshot };

export interface PipelineFacts {
  pipeline: string;
  description: string;
  source: string;
  windows: WindowFacts[];
  detectors: { name: string; kind: string; severity: string; description: string | null }[];
}

export interface WindowFacts {
  name: string;
  description: string | null;
  sizes: string[];
  by: string[];
  aggregates: { name: string; function: string }[];
}

export interface Row {
  window_start: string;
  [column: string]: unknown;
}

export interface Alert {
  id: string;
  time: string;
  detector: string;
  severity: 'info' | 'warning' | 'critical';
  keys: unknown;
  evidence: unknown;
}

/** An answer that is no success. */
export class Refused extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const kept = 'pipe-token';

/** For as long as the tab is open. */
export function keepToken(token: string): void {
  sessionStorage.setItem(kept, token);
}

export async function ask<T>(path: string, signal?: AbortSignal): Promise<T> {
  const response = await request(path, signal);
  return (await response.json()) as T;
}

/** Throws Refused. */
export async function request(path: string, signal?: AbortSignal): Promise<Response> {
  const token = sessionStorage.getItem(kept);
  const response = await fetch(path, { signal, headers: token ? { authorization: `Bearer ${token}` } : {} });
  if (response.ok) return response;
  const told = (await response.json().catch(() => undefined)) as { error?: { message: string } } | undefined;
  throw new Refused(response.status, told?.error?.message ?? response.statusText);
}

import type { ClickHouseEndpoint } from '../endpoints.js';

/** /ping, then the version as the writer: one attempt of a few seconds; throws until both are answered. */
export async function clickHouseVersion({ url, user, password }: ClickHouseEndpoint): Promise<string> {
  const ping = await fetch(`${url}/ping`, { signal: AbortSignal.timeout(3_000) });
  if (!ping.ok) throw new Error(`/ping answered with status ${ping.status}`);
  await ping.text();
  const query = new URLSearchParams({ query: 'SELECT version()' });
  const response = await fetch(`${url}/?${query}`, {
    headers: { 'X-ClickHouse-User': user, 'X-ClickHouse-Key': password },
    signal: AbortSignal.timeout(5_000),
  });
  const text = (await response.text()).trim();
  if (!response.ok) throw new Error(`SELECT version() failed with status ${response.status}: ${text.slice(0, 200)}`);
  return text;
}

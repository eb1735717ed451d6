/** Names of HTTP content encodings, and what the engine calls them: it packs and unpacks files and pipes itself, on its own threads. */
const engineNames: Record<string, string> = {
  lz4: 'lz4',
  zstd: 'zstd',
  gzip: 'gzip',
  'x-gzip': 'gzip',
  deflate: 'deflate',
  br: 'br',
  xz: 'xz',
};

/** What a request body may be packed in; undefined for a name that is not known. */
export function requestCompression(encoding: string | undefined): string | undefined {
  return encoding === undefined || encoding === 'identity' ? 'none' : engineNames[encoding];
}

/** In the order of what costs least. */
const offered = ['lz4', 'zstd', 'gzip', 'deflate', 'br', 'xz'];

/** The encoding of a response: the cheapest that the client accepts. */
export function responseEncoding(accepted: readonly string[]): string | undefined {
  return offered.find((name) => accepted.includes(name));
}

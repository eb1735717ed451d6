import { Exception } from './errors.js';

/** One request as its URL and headers say it; the body comes later. */
export interface QueryRequest {
  method: 'GET' | 'POST';
  /** From the URL; the body follows it after a line feed. Empty when it is all in the body. */
  query: string;
  database?: string;
  defaultFormat?: string;
  queryId?: string;
  session?: { id: string; timeoutS: number; check: boolean; close: boolean };
  /** Bound on the engine's side, in its escaped text form. */
  params: Map<string, string>;
  settings: Map<string, string>;
  /** Response in ClickHouse's own compressed blocks. */
  compressBlocks: boolean;
  /** Request body in the same. */
  decompressBlocks: boolean;
  /** Native blocks in the form of this protocol version; 0 is the plain one. */
  clientProtocolVersion: number;
  contentEncoding?: string;
  contentType?: string;
  /** Encodings that may be chosen from: empty unless the client switched compression on. */
  acceptEncodings: readonly string[];
  waitEndOfQuery: boolean;
  /** Bytes held back before the status goes out. */
  bufferSize: number;
}

export interface Credentials {
  user: string;
  password: string;
}

type Headers = Readonly<Record<string, string | string[] | undefined>>;

const defaultBuffer = 1 << 20;
const maxBuffer = 64 << 20;

/** URL parameters that mean something to the HTTP interface itself and are no settings of the engine's. */
const transport = new Set([
  'query',
  'database',
  'user',
  'password',
  'default_format',
  'query_id',
  'session_id',
  'session_timeout',
  'session_check',
  'close_session',
  'compress',
  'decompress',
  'buffer_size',
  'wait_end_of_query',
  'http_wait_end_of_query',
  'quota_key',
  'stacktrace',
  'role',
  'client_protocol_version',
  'enable_http_compression',
  'http_response_buffer_size',
  'send_progress_in_http_headers',
  'http_headers_progress_interval_ms',
  'http_zlib_compression_level',
  'add_http_cors_header',
  'http_write_exception_in_output_format',
  'http_native_compression_disable_checksumming_on_decompress',
  'cancel_http_readonly_queries_on_client_close',
  // Blocks are told apart by their own heads.
  'network_compression_method',
  'network_zstd_compression_level',
]);

/** Throws an Exception for what ClickHouse refuses at this point too. */
export function readRequest(method: string | undefined, url: URL, headers: Headers): QueryRequest {
  const search = url.searchParams;
  const last = (name: string) => search.getAll(name).at(-1);
  const text = (name: string, header: string) => last(name) || one(headers[header]) || undefined;
  if (last('role'))
    throw new Exception(511, 'UNKNOWN_ROLE', `There is no role \`${last('role')}\`: this server has no roles`);
  const flag = (name: string) => isTrue(last(name));
  const sessionId = last('session_id');
  const params = new Map<string, string>();
  const settings = new Map<string, string>();
  for (const [name, value] of search) {
    if (name.startsWith('param_')) params.set(parameterName(name), value);
    else if (!transport.has(name)) settings.set(settingName(name), value);
  }
  return {
    method: method === 'POST' || method === 'PUT' ? 'POST' : 'GET',
    query: search.getAll('query').join(''),
    database: text('database', 'x-clickhouse-database'),
    defaultFormat: text('default_format', 'x-clickhouse-format'),
    queryId: text('query_id', 'x-clickhouse-query-id'),
    session: sessionId
      ? {
          id: sessionId,
          timeoutS: sessionTimeout(last('session_timeout')),
          check: flag('session_check'),
          close: flag('close_session'),
        }
      : undefined,
    params,
    settings,
    compressBlocks: flag('compress'),
    decompressBlocks: flag('decompress'),
    clientProtocolVersion: Number(last('client_protocol_version')) || 0,
    contentEncoding: one(headers['content-encoding'])?.trim().toLowerCase() || undefined,
    contentType: one(headers['content-type']),
    acceptEncodings: flag('enable_http_compression') ? encodings(one(headers['accept-encoding'])) : [],
    waitEndOfQuery: flag('wait_end_of_query') || flag('http_wait_end_of_query'),
    bufferSize: bufferSize(last('buffer_size') ?? last('http_response_buffer_size')),
  };
}

/** From X-ClickHouse-User and -Key, basic authentication or URL parameters; undefined when none is given. Throws when they are mixed. */
export function readCredentials(url: URL, headers: Headers): Credentials | undefined {
  const user = one(headers['x-clickhouse-user']);
  const key = one(headers['x-clickhouse-key']);
  const authorization = one(headers.authorization);
  if (user !== undefined || key !== undefined) {
    if (authorization) throw mixed('X-ClickHouse HTTP headers and Authorization HTTP header');
    return { user: user ?? 'default', password: key ?? '' };
  }
  if (authorization) {
    const basic = /^basic\s+([A-Za-z0-9+/=_-]+)\s*$/i.exec(authorization);
    const pair = basic && Buffer.from(basic[1]!, 'base64').toString('utf8');
    const colon = pair?.indexOf(':') ?? -1;
    if (!pair || colon < 0)
      throw new Exception(
        516,
        'AUTHENTICATION_FAILED',
        'Invalid authentication: only basic HTTP authentication is supported',
      );
    return { user: pair.slice(0, colon), password: pair.slice(colon + 1) };
  }
  const { searchParams } = url;
  if (!searchParams.has('user') && !searchParams.has('password')) return undefined;
  return { user: searchParams.get('user') ?? 'default', password: searchParams.get('password') ?? '' };
}

function mixed(what: string): Exception {
  return new Exception(
    516,
    'AUTHENTICATION_FAILED',
    `Invalid authentication: it is not allowed to use ${what} simultaneously`,
  );
}

function parameterName(name: string): string {
  const found = name.slice('param_'.length);
  if (!/^\w+$/.test(found)) throw new Exception(36, 'BAD_ARGUMENTS', `Wrong name of a query parameter: "${found}"`);
  return found;
}

function settingName(name: string): string {
  if (!/^\w+$/.test(name)) throw new Exception(115, 'UNKNOWN_SETTING', `Unknown setting '${name}'`);
  return name;
}

function sessionTimeout(value: string | undefined): number {
  if (!value) return 60;
  const seconds = Number(value);
  if (!Number.isInteger(seconds) || seconds < 0)
    throw new Exception(374, 'INVALID_SESSION_TIMEOUT', `Invalid session timeout: '${value}'`);
  if (seconds > 3600)
    throw new Exception(
      374,
      'INVALID_SESSION_TIMEOUT',
      `Session timeout '${value}' is larger than max_session_timeout: 3600`,
    );
  return seconds;
}

function bufferSize(value: string | undefined): number {
  const bytes = Number(value ?? defaultBuffer);
  return Number.isFinite(bytes) && bytes >= 0 ? Math.min(bytes, maxBuffer) : defaultBuffer;
}

function encodings(header: string | undefined): string[] {
  return (header ?? '')
    .split(',')
    .filter((part) => !/;\s*q=0(\.0*)?\s*$/.test(part))
    .map((part) => part.split(';')[0]!.trim().toLowerCase());
}

function isTrue(value: string | undefined): boolean {
  return value === '1' || value?.toLowerCase() === 'true';
}

function one(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
